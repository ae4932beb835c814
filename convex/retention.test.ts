import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { api, internal } from "./_generated/api";
import { Life } from "./lifecycle.setup";
import type { State } from "./model/lifecycle";
import { refusedWith, sha256Of, storedFile, tokenFor } from "./test.setup";

const DAY_MS = 24 * 60 * 60 * 1000;

let life: Life;
let token: string;

beforeEach(async () => {
  life = await Life.begin();
  token = await tokenFor("admin", { expiresIn: 1_000_000 });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

function keep(state: string, days: number | null, type?: string) {
  return life.t.mutation(api.retention.set, { token, state, days, ...(type !== undefined && { type }) });
}

/** The daily run, after that many days. */
async function runAfter(days: number) {
  vi.setSystemTime(Date.now() + days * DAY_MS);
  await life.t.mutation(internal.retention.begin, {});
  await life.t.finishAllScheduledFunctions(() => vi.runAllTimers());
}

async function save(id: string, status: string, type = "render") {
  await life.send("upsert", { record: { id, status, type } });
}

function jobIds() {
  return life.t.run(async ({ db }) => (await db.query("jobs").take(1000)).map(({ jobId }) => jobId).sort());
}

test("a job is removed when its days are over, and not before", async () => {
  await keep("succeeded", 7);
  await save("a", "done");
  await runAfter(6);
  expect(await jobIds()).toEqual(["a"]);
  await runAfter(2);
  expect(await jobIds()).toEqual([]);
});

test.each<State>(["queued", "running", "lost"])("a job that is %s is never removed", async (state) => {
  for (const finished of ["succeeded", "failed", "canceled"]) await keep(finished, 1);
  await life.bringTo(state);
  vi.setSystemTime(Date.now() + 30 * DAY_MS);
  const rules = await life.t.run(({ db }) => db.query("retention").take(10));
  for (const { _id: rule } of rules) await life.t.mutation(internal.retention.expire, { rule, cursor: null });

  expect((await life.everything()).jobs).toMatchObject([{ jobId: "j", state }]);
});

test("a rule for a type goes before the one for all, whether it keeps jobs for longer or shorter", async () => {
  await keep("failed", 7);
  await keep("failed", 30, "audit");
  await keep("failed", 1, "preview");
  for (const type of ["render", "audit", "preview"]) await save(type, "error", type);
  await runAfter(2);
  expect(await jobIds()).toEqual(["audit", "render"]);
  await runAfter(6);
  expect(await jobIds()).toEqual(["audit"]);
  await runAfter(30);
  expect(await jobIds()).toEqual([]);
});

test("more jobs than one batch takes are all removed, those that stay between them are not", async () => {
  await keep("succeeded", 1);
  await keep("succeeded", 100, "audit");
  for (let index = 0; index < 35; index++) {
    await save(`job-${index}`, "done", index % 7 === 0 ? "audit" : "render");
  }
  await runAfter(2);

  expect(await jobIds()).toEqual(["job-0", "job-14", "job-21", "job-28", "job-7"]);
});

test("a rule can be changed and taken back", async () => {
  await keep("succeeded", 1);
  await keep("succeeded", 9);
  expect(await life.t.query(api.retention.list, { token })).toEqual([{ state: "succeeded", days: 9 }]);
  await keep("succeeded", null);
  expect(await life.t.query(api.retention.list, { token })).toEqual([]);
});

test.each([
  ["days", "succeeded", 0],
  ["days", "succeeded", -1],
  ["days", "succeeded", 1.5],
  ["days", "succeeded", NaN],
  ["state", "running", 1],
])("%s is refused where it makes no rule (%s, %s)", async (field, state, days) => {
  expect(await refusedWith("invalid_field", keep(state, days))).toMatchObject({ field });
  expect(await life.t.query(api.retention.list, { token })).toEqual([]);
});

test.each([{ job: "j" }, { owner: "me" }, { tag: "red" }])(
  "a token limited to %o may neither set nor read rules",
  async (claims) => {
    const limited = await tokenFor("admin", { claims });
    const rule = { state: "succeeded", days: 1 };
    await refusedWith("forbidden", life.t.mutation(api.retention.set, { token: limited, ...rule }));
    await refusedWith("forbidden", life.t.query(api.retention.list, { token: limited }));
  },
);

test("a write token may not set rules", async () => {
  const rule = { state: "succeeded", days: 1 };
  await refusedWith("forbidden", life.t.mutation(api.retention.set, { token: life.token, ...rule }));
});

function files() {
  return life.t.run(async ({ db }) => (await db.system.query("_storage").take(1000)).map(({ _id }) => _id));
}

test("files that no job has are swept a day after, if that is switched on; those of jobs stay", async () => {
  await life.bringTo("succeeded");
  const kept = await storedFile(life.t, "kept");
  const asset = { role: "output", filename: "a.png", storageId: kept, sha256: await sha256Of("kept") };
  await life.send("asset", asset);
  const stray = await storedFile(life.t, "stray");
  await runAfter(2);
  expect(await files()).toEqual([kept, stray]);
  vi.stubEnv("JOBSYNC_SWEEP_FILES", "on");
  const fresh = await storedFile(life.t, "fresh");
  await runAfter(0);

  expect(await files()).toEqual([kept, fresh]);
});
