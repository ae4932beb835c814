import { decodeJwt } from "jose";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api } from "./_generated/api";
import { API_KEY, type Deployment, deployment, refusedWith, tokenFor } from "./test.setup";

let t: Deployment;
let token: string;

beforeEach(async () => {
  vi.useFakeTimers();
  t = deployment();
  token = await tokenFor("write", { expiresIn: 1_000_000 });
  for (const id of ["j", "k"]) await t.mutation(api.jobs.upsert, { token, record: { id, name: id } });
});

afterEach(() => vi.useRealTimers());

function share(expiresInMs = 60_000) {
  return t.mutation(api.jobs.share, { token, jobId: "j", expiresInMs });
}

function unshare(jobId: string, shareId: string) {
  return t.mutation(api.jobs.unshare, { token, jobId, shareId });
}

function see(shared: string, jobId = "j") {
  return t.query(api.jobs.getPublic, { token: shared, jobId });
}

test("a share's token shows the public view of its job, and of no other", async () => {
  const shared = await share();

  expect(await see(shared.token)).toMatchObject({ jobId: "j", name: "j" });
  expect(await see(shared.token, "k")).toBeNull();
  expect(shared.expiresAt).toBe(Date.now() + 60_000);
});

test("it may do nothing else, and does not hold the key", async () => {
  const shared = await share();

  expect(decodeJwt(shared.token)).toMatchObject({ scope: "share", job: "j", jti: shared.shareId });
  expect(JSON.stringify([shared, decodeJwt(shared.token)])).not.toContain(API_KEY);
  await refusedWith("forbidden", t.query(api.jobs.getByJobId, { token: shared.token, jobId: "j" }));
});

test("it is refused after it has expired, and its row goes with the next share", async () => {
  const { token: first } = await share();
  vi.advanceTimersByTime(61_000);
  await refusedWith("token_expired", see(first));
  const second = await share();
  const rows = await t.run(({ db }) => db.query("jobShares").take(10));

  expect(rows.map(({ shareId }) => shareId)).toEqual([second.shareId]);
});

test("a job's shares are listed for whoever may revoke them, without what opens them", async () => {
  const first = await share();
  const second = await share(90_000);
  const list = (jobId: string, given = token) => t.query(api.jobs.shares, { token: given, jobId });

  expect(await list("j")).toEqual([second, first].map(({ shareId, expiresAt }) => ({ shareId, expiresAt })));
  expect(await list("k")).toEqual([]);
  await refusedWith("forbidden", list("j", await tokenFor("read", { expiresIn: 1_000_000 })));
});

test("a share has a link for people where the deployment knows of a page, which sends the token nowhere", async () => {
  expect(await share()).not.toHaveProperty("link");
  vi.stubEnv("JOBSYNC_DASHBOARD_URL", "https://jobs.example/page");
  vi.stubEnv("CONVEX_CLOUD_URL", "https://d.example");
  const { link, token: shared } = await share();

  expect(link?.split("#")).toEqual([
    "https://jobs.example/page",
    `share=${shared}&job=j&deployment=https%3A%2F%2Fd.example`,
  ]);
});

describe("a revoked share", () => {
  test("shows nothing any more, while others of the same job do", async () => {
    const [one, other] = [await share(), await share()];

    expect(await unshare("j", one.shareId)).toEqual({ revoked: true });
    expect(await see(one.token)).toBeNull();
    expect(await see(other.token)).toMatchObject({ jobId: "j" });
    expect(await unshare("j", one.shareId)).toEqual({ revoked: false });
  });

  test("takes nothing from a job that is public", async () => {
    const shared = await share();
    await unshare("j", shared.shareId);
    await t.mutation(api.jobs.upsert, { token, record: { id: "j", visibility: "public" } });

    expect(await see(shared.token)).toMatchObject({ jobId: "j" });
  });

  test("is not revoked through another job", async () => {
    const shared = await share();

    expect(await unshare("k", shared.shareId)).toEqual({ revoked: false });
    expect(await see(shared.token)).not.toBeNull();
  });
});

test("a share of a removed job shows no later job of the same id", async () => {
  const shared = await share();
  await t.mutation(api.jobs.remove, { token, jobId: "j" });
  await t.mutation(api.jobs.upsert, { token, record: { id: "j" } });

  expect(await see(shared.token)).toBeNull();
  expect(await t.run(({ db }) => db.query("jobShares").take(10))).toEqual([]);
});

test.each([0, 999, 367 * 24 * 60 * 60 * 1000, NaN, -1])(
  "a share for %d ms is refused",
  async (expiresInMs) => {
    expect(await refusedWith("invalid_field", share(expiresInMs))).toMatchObject({ field: "expiresInMs" });
  },
);

test("a share is signed with the first key, so it lasts while a new one is being added behind it", async () => {
  const shared = await share();
  vi.stubEnv("JOBSYNC_API_KEY", `${API_KEY}, the-next-key-of-32-characters---`);
  const next = await share();

  expect(await see(shared.token)).not.toBeNull();
  expect(await see(next.token)).not.toBeNull();
});
