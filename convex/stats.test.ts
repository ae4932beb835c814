import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { api, internal } from "./_generated/api";
import { STATES } from "./model/lifecycle";
import { costOf, type Deployment, deployment, refusedWith, tokenFor } from "./test.setup";
import type { Counts } from "./validators";

let t: Deployment;
let token: string;

beforeEach(async () => {
  vi.useFakeTimers();
  token = await tokenFor("write", { expiresIn: 1_000_000 });
  t = deployment();
});

afterEach(() => vi.useRealTimers());

type Scope = { owner?: string; type?: string };

function send(...commands: object[]) {
  return t.mutation(api.ingest.apply, { token, writerId: crypto.randomUUID(), firstSeq: 1, commands });
}

function stats(scope: Scope = {}) {
  return t.query(api.jobs.stats, { token, ...scope });
}

async function foldAll() {
  vi.advanceTimersByTime(10_000);
  await t.mutation(internal.counts.fold, {});
  await t.finishAllScheduledFunctions(() => vi.runAllTimers());
}

function rows() {
  return t.run(({ db }) => db.query("jobCounts").take(10_000));
}

/** What a full scan counts. */
async function counted({ owner, type }: Scope): Promise<Counts> {
  const jobs = await t.run(({ db }) => db.query("jobs").take(1000));
  const within = jobs.filter((job) => (owner ?? job.owner) === job.owner && (type ?? job.type) === job.type);
  const ofState = (state: string) => within.filter((job) => job.state === state).length;
  return Object.fromEntries(STATES.map((state) => [state, ofState(state)])) as Counts;
}

const SCOPES: Scope[] = ["me", "you", undefined].flatMap((owner) =>
  ["render", "parse", undefined].map((type) => ({ ...(owner && { owner }), ...(type && { type }) })),
);

const jobId = fc.constantFrom("a", "b", "c");
const record = fc.record(
  {
    status: fc.constantFrom("queued", "processing", "done", "failed"),
    owner: fc.constantFrom("me", "you", null),
    type: fc.constantFrom("render", "parse", null),
    attempt: fc.integer({ min: 1, max: 3 }),
  },
  { requiredKeys: [] },
);
const command = fc.oneof(
  fc.record({ kind: fc.constant("upsert"), jobId, record }),
  fc.record({ kind: fc.constant("create"), jobId, record: fc.constant({ owner: "me", maxAttempts: 2 }) }),
  fc.record({ kind: fc.constantFrom("start", "complete", "fail", "cancel", "retry"), jobId }),
  fc.record({ kind: fc.constant("start"), jobId, leaseMs: fc.constant(5000) }),
  fc.record({ kind: fc.constantFrom("fold", "wait") }),
);

async function perform({ kind, ...fields }: { kind: string; jobId?: string; record?: object }) {
  if (kind === "fold") await t.mutation(internal.counts.fold, {});
  else if (kind === "wait") {
    vi.advanceTimersByTime(5000);
    await t.finishInProgressScheduledFunctions();
  } else {
    await send({ kind, ...fields, ...(fields.record && { record: { id: fields.jobId, ...fields.record } }) });
  }
}

test("after any story, leases and folds in between, the counts are those of a full scan", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 25 }), async (story) => {
      t = deployment();
      for (const step of story) await perform(step);
      for (const scope of SCOPES)
        expect(await stats(scope), JSON.stringify(scope)).toEqual(await counted(scope));
    }),
    { numRuns: 40 },
  );
});

test("folding changes no count, leaves one row a scope, and none of a scope that is empty", async () => {
  const jobs = Array.from({ length: 300 }, (_, index) => ({ id: `j${index}`, owner: "me", type: "render" }));
  for (const record of jobs) await send({ kind: "create", record });
  await send({ kind: "start", jobId: "j0" });
  const before = await stats({ owner: "me" });
  const unfolded = await rows();
  await foldAll();

  expect(before).toMatchObject({ queued: 299, running: 1 });
  expect(await stats({ owner: "me" })).toEqual(before);
  expect(unfolded.length).toBe(4 * 301);
  expect(await rows()).toHaveLength(4);
  await send(...jobs.map(({ id }) => ({ kind: "upsert", record: { id, owner: "you" } })));
  await foldAll();
  expect(await stats({ owner: "me" })).toMatchObject({ queued: 0, running: 0 });
  expect(await rows()).toHaveLength(4);
});

test("a batch appends one row a scope, however many jobs it changes", async () => {
  const jobs = Array.from({ length: 100 }, (_, index) => ({ id: `j${index}`, owner: "me", type: "render" }));
  await send(...jobs.map((record) => ({ kind: "create", record })), { kind: "start", jobId: "j0" });

  expect(await rows()).toHaveLength(4);
  expect(await stats({ owner: "me" })).toMatchObject({ queued: 99, running: 1 });
});

test("what is younger than a transaction may last is not folded, so that none makes a fold start over", async () => {
  await send({ kind: "create", record: { id: "a" } });
  vi.advanceTimersByTime(4000);
  await send({ kind: "create", record: { id: "b" } });
  vi.advanceTimersByTime(4000);
  await t.mutation(internal.counts.fold, {});

  expect((await rows()).map(({ isFolded }) => isFolded).sort()).toEqual([false, true]);
  expect(await stats()).toMatchObject({ queued: 2 });
});

/** Rows as changes of one scope append them. */
async function append(count: number) {
  const none = { queued: 0, running: 0, lost: 0, succeeded: 0, failed: 0, canceled: 0 };
  for (let left = count; left > 0; left -= 10_000) {
    await t.run(async ({ db }) => {
      for (let index = 0; index < Math.min(left, 10_000); index++) {
        await db.insert("jobCounts", {
          scope: "[null,null]",
          isFolded: false,
          counts: { ...none, queued: 1 },
        });
      }
    });
  }
}

/** When folds are still to run, in seconds from now. */
async function folds() {
  const scheduled = await t.run(({ db }) => db.system.query("_scheduled_functions").take(100));
  const pending = scheduled.filter(({ state }) => state.kind === "pending");
  return pending.map(({ scheduledTime }) => Math.round((scheduledTime - Date.now()) / 1000));
}

test("where much was appended a fold comes back within seconds, and else it leaves that to the cron", async () => {
  await append(1500);
  vi.advanceTimersByTime(10_000);
  await t.mutation(internal.counts.fold, {});
  vi.advanceTimersByTime(1);
  await t.finishInProgressScheduledFunctions();
  const [soon] = await folds();
  await t.finishAllScheduledFunctions(() => vi.runAllTimers());

  expect(soon).toBe(10);
  expect(await folds()).toEqual([]);
  expect(await rows()).toHaveLength(1);
  expect(await stats()).toMatchObject({ queued: 1500 });
});

test("a burst of 30,000 changes before a fold is counted exactly", async () => {
  await append(30_000);

  expect(await stats()).toMatchObject({ queued: 30_000 });
});

test("after more than a query may read the answer is that it is too early, never a wrong number", async () => {
  await append(30_001);

  await refusedWith("busy", stats());
});

test("a scope is never mistaken for another one", async () => {
  await send({ kind: "create", record: { id: "a", owner: '["x"]', type: "null" } });

  expect(await stats({ owner: '["x"]' })).toMatchObject({ queued: 1 });
  expect(await stats({ type: "null" })).toMatchObject({ queued: 1 });
  expect(await stats({ owner: "null" })).toMatchObject({ queued: 0 });
});

test("two jobs that end at the same time write no document that the other reads or writes", async () => {
  await send(
    ...["a", "b"].map((id) => ({
      kind: "upsert",
      record: { id, owner: "me", type: "render", status: "running" },
    })),
  );
  const before = await rows();
  const one = await costOf(t, (ctx) => ctx.runMutation(api.jobs.complete, { token, jobId: "a" }));
  const two = await costOf(t, (ctx) => ctx.runMutation(api.jobs.complete, { token, jobId: "b" }));
  const after = await rows();

  // The job and its attempt are read, and of counts only new rows are written, so none that is there is touched.
  expect(one.documentsRead).toBe(two.documentsRead);
  expect(one.documentsWritten).toBe(2 + 4);
  expect(after.slice(0, before.length)).toEqual(before);
  expect(after).toHaveLength(before.length + 2 * 4);
});
