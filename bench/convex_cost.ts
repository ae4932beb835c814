/**
 * What each operation of the backend reads and writes, by convex-test's metering, with 0, 1,000 and 10,000
 * other jobs stored. The naive way beside it is one document a job, which every progress tick rewrites.
 */
import { getConvexSize } from "convex/values";
import { expect, test } from "vitest";
import { api, internal } from "../convex/_generated/api";
import type { MutationCtx } from "../convex/_generated/server";
import {
  type Cost,
  costOf,
  type Deployment,
  deployment,
  sha256Of,
  storedFile,
  tokenFor,
} from "../convex/test.setup";

const RECORD = {
  id: "j",
  type: "render",
  status: "processing",
  owner: "org-3",
  stage: "start",
  name: "Button",
  tags: ["ui"],
};
const PAYLOAD = {
  prompt: "a red button ".repeat(150),
  style_context: { palette: Array(50).fill("#ff0000") },
};

const TICK = "progress";
const TICK_BYTES = 400;

type Operation = [name: string, call: (ctx: MutationCtx) => Promise<unknown>];

async function operations(t: Deployment): Promise<Operation[]> {
  const token = await tokenFor("admin", { expiresIn: 3600 });
  const storageId = await storedFile(t, "picture");
  const asset = { kind: "asset", jobId: "j", role: "output", filename: "a.png", storageId };
  let firstSeq = 1;
  const one = (name: string, command: object): Operation => [
    name,
    (ctx) =>
      ctx.runMutation(api.ingest.apply, { token, writerId: "w", firstSeq: firstSeq++, commands: [command] }),
  ];
  return [
    one("upsert, new", { kind: "upsert", record: { ...RECORD, ...PAYLOAD } }),
    one("upsert, progress", { kind: "upsert", record: { id: "j", stage: "paint", progress: 40 } }),
    one("upsert, same again", { kind: "upsert", record: { id: "j", stage: "paint", progress: 40 } }),
    one("create", { kind: "create", record: { ...RECORD, ...PAYLOAD, id: "k", status: "queued" } }),
    one("start, with a lease", { kind: "start", jobId: "k", leaseMs: 60_000 }),
    one("progress, next stage", { kind: "progress", jobId: "k", attempt: 1, stage: "paint", progress: 39 }),
    one(TICK, { kind: "progress", jobId: "k", attempt: 1, stage: "paint", progress: 40 }),
    one("heartbeat", { kind: "heartbeat", jobId: "k", attempt: 1 }),
    one("cancel, asked for", { kind: "cancel", jobId: "k", reason: "too slow" }),
    one("complete", { kind: "complete", jobId: "k", attempt: 1, result: "https://x.test" }),
    one("retry", { kind: "retry", jobId: "k" }),
    one("event", { kind: "event", jobId: "j", eventId: "e", event: "trace", payload: { step: 1 } }),
    one("asset", { ...asset, sha256: await sha256Of("picture") }),
    one("upsert, done with result", {
      kind: "upsert",
      record: { id: "j", status: "done", result: "https://x.test" },
    }),
    one("upsert, late (stale)", { kind: "upsert", record: { id: "j", status: "processing", progress: 1 } }),
    ...readings(token),
  ];
}

/** What a page of twenty jobs costs; none is full where no other job is stored. */
function readings(token: string): Operation[] {
  const paginationOpts = { cursor: null, numItems: 20 };
  const owner = RECORD.owner;
  return [
    ["getByJobId", (ctx) => ctx.runQuery(api.jobs.getByJobId, { token, jobId: "j" })],
    ["getPublic", (ctx) => ctx.runQuery(api.jobs.getPublic, { token, jobId: "j" })],
    ["list, all", (ctx) => ctx.runQuery(api.jobs.list, { token, paginationOpts })],
    ["list, owner", (ctx) => ctx.runQuery(api.jobs.list, { token, owner, paginationOpts })],
    ["list, tag", (ctx) => ctx.runQuery(api.jobs.list, { token, tag: "ui", paginationOpts })],
    ["active", (ctx) => ctx.runQuery(api.jobs.active, { token, paginationOpts })],
    ["stats, owner", (ctx) => ctx.runQuery(api.jobs.stats, { token, owner })],
  ];
}

const AT_ONCE = 1000;

/** One job as commands store it, and copies of its documents: ten thousand commands would take minutes in memory. */
async function fill(t: Deployment, count: number): Promise<void> {
  if (count === 0) return;
  const record = { ...RECORD, ...PAYLOAD, id: "other" };
  await t.mutation(api.jobs.upsert, { token: await tokenFor("admin"), record });
  for (let stored = 1; stored < count; stored += AT_ONCE) {
    await t.run((ctx) => copyJob(ctx, stored, Math.min(AT_ONCE, count - stored)));
  }
}

async function copyJob({ db }: MutationCtx, from: number, count: number): Promise<void> {
  const job = withoutId(await db.query("jobs").first());
  const rest = [
    ["jobProgress", withoutId(await db.query("jobProgress").first())],
    ["jobDetails", withoutId(await db.query("jobDetails").first())],
    ["jobTags", withoutId(await db.query("jobTags").first())],
    ["jobAttempts", withoutId(await db.query("jobAttempts").first())],
  ] as const;
  for (let index = from; index < from + count; index++) {
    const id = await db.insert("jobs", { ...job, jobId: `other-${index}` });
    for (const [table, document] of rest) await db.insert(table, { ...document, job: id } as never);
  }
  const { counts, scope } = withoutId(await db.query("jobCounts").first());
  await db.insert("jobCounts", { scope, counts: { ...counts, running: count }, isFolded: false });
}

function withoutId<Document extends { _id: unknown; _creationTime: number }>(document: Document | null) {
  if (document === null) throw new Error("there is nothing to copy");
  const { _id, _creationTime, ...fields } = document;
  return fields;
}

/** As the cron does every minute. */
async function fold(t: Deployment): Promise<void> {
  const unfolded = () =>
    t.run(({ db }) =>
      db
        .query("jobCounts")
        .withIndex("by_isFolded_scope", (q) => q.eq("isFolded", false))
        .first(),
    );
  while ((await unfolded()) !== null) {
    await t.mutation(internal.counts.fold, {});
    await t.finishInProgressScheduledFunctions();
  }
}

async function measure(others: number): Promise<Record<string, Cost>> {
  const t = deployment();
  await fill(t, others);
  await fold(t);
  const costs: Record<string, Cost> = {};
  for (const [name, call] of await operations(t)) costs[name] = await costOf(t, call);
  console.log(
    `${others} other jobs stored; documents and bytes of each operation, writer bookkeeping included`,
  );
  console.table(costs);
  return costs;
}

function expectSame(left: Record<string, Cost>, right: Record<string, Cost>): void {
  for (const [name, { documentsRead, documentsWritten }] of Object.entries(left)) {
    expect(right[name], name).toMatchObject({ documentsRead, documentsWritten });
  }
}

test("no operation reads or writes more documents because other jobs are stored", async () => {
  const wide = getConvexSize({ ...RECORD, ...PAYLOAD, attempt: 1, createdAt: 0, updatedAt: 0 });
  const empty = await measure(0);
  const full = await measure(1000);
  const fuller = await measure(10_000);
  console.log(`one document a job: every progress would read and write ${wide} bytes of it`);
  const ofMany = Object.keys(empty).filter((name) => /^(list|active|stats)/.test(name));
  const ofOne = Object.entries(empty).filter(([name]) => !ofMany.includes(name));

  expect(fuller[TICK]?.documentsWritten, "the hot document and the writer").toBe(2);
  expect(fuller[TICK]?.bytesWritten).toBeLessThan(TICK_BYTES);
  expectSame(Object.fromEntries(ofOne), full);
  expectSame(full, fuller);
});
