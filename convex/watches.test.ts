import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api, internal } from "./_generated/api";
import { costOf, type Deployment, deployment, refusedWith, tokenFor } from "./test.setup";

let t: Deployment;
let token: string;
let seq = 0;

beforeEach(async () => {
  vi.useFakeTimers();
  t = deployment();
  token = await tokenFor("write", { expiresIn: 1_000_000 });
  for (const id of ["j", "k"]) await t.mutation(api.jobs.upsert, { token, record: { id } });
});

afterEach(() => vi.useRealTimers());

async function pace(...kinds: string[]) {
  const commands = kinds.map((kind) => ({ kind, jobId: "j" }));
  const batch = { token, writerId: "w", firstSeq: (seq += 10), commands };
  return (await t.mutation(api.ingest.apply, batch)).sendAfterMs;
}

function touch(jobId?: string, by = token) {
  return t.mutation(api.watches.touch, { token: by, ...(jobId !== undefined && { jobId }) });
}

function watches() {
  return t.run(({ db }) => db.query("watches").take(10));
}

describe("a writer may send again", () => {
  test("after a second, and with mere progress after three", async () => {
    expect(await pace("start")).toBe(1000);
    expect(await pace("progress", "complete")).toBe(1000);
    expect(await pace("progress", "heartbeat")).toBe(3000);
  });

  test("after a tenth of a second while somebody watches a job of the batch, and for 30 s after that", async () => {
    await touch("j");
    expect(await pace("start")).toBe(100);
    vi.advanceTimersByTime(29_999);
    expect(await pace("progress")).toBe(100);
    vi.advanceTimersByTime(1);
    expect(await pace("progress")).toBe(3000);
  });

  test("as soon while somebody watches lists, and no sooner for a watch of another job", async () => {
    await touch("k");
    expect(await pace("start")).toBe(1000);
    await touch();
    expect(await pace("progress")).toBe(100);
  });
});

describe("a watch", () => {
  test("that is repeated every 20 s never lapses, however many watch", async () => {
    await touch("j");
    for (let second = 3; second <= 120; second++) {
      vi.advanceTimersByTime(1000);
      if (second % 20 === 0 || second % 20 === 7) await touch("j");
      expect(await pace("heartbeat")).toBe(100);
    }
    expect(await watches()).toHaveLength(1);
  });

  test("that is fresh already is not written again", async () => {
    await touch("j");
    vi.advanceTimersByTime(4000);
    const cost = await costOf(t, () => touch("j"));

    expect(cost.documentsWritten).toBe(0);
  });

  test("of a job that does not exist is no error and leaves nothing", async () => {
    await touch("nobody");

    expect(await watches()).toEqual([]);
  });

  test("that is over is forgotten, and others stay", async () => {
    await touch("j");
    vi.advanceTimersByTime(20_000);
    await touch("k");
    vi.advanceTimersByTime(10_001);
    await t.mutation(internal.watches.removeExpired, {});

    expect((await watches()).map(({ jobId }) => jobId)).toEqual(["k"]);
  });
});

describe("the token of a share", () => {
  test("watches its own job and no other one", async () => {
    const shared = await t.mutation(api.jobs.share, { token, jobId: "j", expiresInMs: 60_000 });
    await touch("j", shared.token);
    await touch("k", shared.token);

    expect((await watches()).map(({ jobId }) => jobId)).toEqual(["j"]);
  });

  test("watches nothing once it is revoked", async () => {
    const shared = await t.mutation(api.jobs.share, { token, jobId: "j", expiresInMs: 60_000 });
    await t.mutation(api.jobs.unshare, { token, jobId: "j", shareId: shared.shareId });
    await touch("j", shared.token);

    expect(await watches()).toEqual([]);
  });

  test("watches no lists", async () => {
    await refusedWith("forbidden", touch(undefined, await tokenFor("share")));
  });
});

test("without a token nobody watches, not even a public job", async () => {
  await refusedWith("unauthenticated", t.mutation(api.watches.touch, { jobId: "j" }));
});

test("an id that no job can have is refused", async () => {
  const refusal = await refusedWith("invalid_field", touch(""));

  expect(refusal.field).toBe("jobId");
});
