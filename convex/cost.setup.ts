/** What each operation of the backend reads and writes, by convex-test's metering, among other jobs that are stored. */
import { vi } from "vitest";
import { api, internal } from "./_generated/api";
import type { Doc } from "./_generated/dataModel";
import type { MutationCtx } from "./_generated/server";
import { CountChanges } from "./model/countChanges";
import { type Cost, costOf, type Deployment, deployment, sha256Of, storedFile, tokenFor } from "./test.setup";

/** As long as those that clients make. */
const WRITER = "0f".repeat(12);
const SAVED = "3b0c7e42-saved";
const RUN = "5f0c0c52-7a1e-4b58-9d84-3a3c3a0a8f0e";

export const RECORD = { type: "render", owner: "org-3", stage: "start", name: "Button", tags: ["ui"] };
export const PAYLOAD = {
  prompt: "a red button ".repeat(150),
  style_context: { palette: Array<string>(50).fill("#ff0000") },
};

/** Says how far the work is, in the stage that it was in before. */
export const TICK = "progress, same stage";

type Operation = [name: string, call: (ctx: MutationCtx) => Promise<unknown>];

async function operations(t: Deployment, token: string): Promise<Operation[]> {
  const storageId = await storedFile(t, "picture");
  const asset = { kind: "asset", jobId: SAVED, role: "output", filename: "a.png", storageId };
  const saved = { ...RECORD, ...PAYLOAD, id: SAVED, status: "processing" };
  const about = { jobId: RUN, attempt: 1 };
  let firstSeq = 1;
  const one = (name: string, command: object): Operation => [
    name,
    (ctx) =>
      ctx.runMutation(api.ingest.apply, {
        token,
        writerId: WRITER,
        firstSeq: firstSeq++,
        commands: [command],
      }),
  ];
  return [
    one("upsert, new", { kind: "upsert", record: saved }),
    one("upsert, progress", { kind: "upsert", record: { id: SAVED, stage: "paint", progress: 40 } }),
    one("upsert, same again", { kind: "upsert", record: { id: SAVED, stage: "paint", progress: 40 } }),
    one("create", { kind: "create", record: { ...RECORD, ...PAYLOAD, id: RUN } }),
    one("start, with a lease", { kind: "start", jobId: RUN, leaseMs: 60_000 }),
    one("progress, new stage", { kind: "progress", ...about, stage: "paint", progress: 40 }),
    one(TICK, { kind: "progress", ...about, progress: 41.5, message: "page 42" }),
    one("heartbeat", { kind: "heartbeat", ...about }),
    one("cancel, asked for", { kind: "cancel", jobId: RUN, reason: "too slow" }),
    one("complete", { kind: "complete", ...about, result: "https://x.test" }),
    one("retry", { kind: "retry", jobId: RUN }),
    one("event", { kind: "event", jobId: SAVED, eventId: "e", event: "trace", payload: { step: 1 } }),
    one("asset", { ...asset, sha256: await sha256Of("picture") }),
    one("upsert, done", { kind: "upsert", record: { id: SAVED, status: "done", result: "https://x.test" } }),
    one("upsert, late (stale)", { kind: "upsert", record: { id: SAVED, status: "processing" } }),
    ...readings(token),
  ];
}

/** What a page of twenty jobs costs; none is full where no other job is stored. */
function readings(token: string): Operation[] {
  const paginationOpts = { cursor: null, numItems: 20 };
  const { owner, type } = RECORD;
  return [
    ["getByJobId", (ctx) => ctx.runQuery(api.jobs.getByJobId, { token, jobId: SAVED })],
    ["getPublic", (ctx) => ctx.runQuery(api.jobs.getPublic, { token, jobId: SAVED })],
    ["list, all", (ctx) => ctx.runQuery(api.jobs.list, { token, paginationOpts })],
    ["list, owner", (ctx) => ctx.runQuery(api.jobs.list, { token, owner, paginationOpts })],
    [
      "list, owner and state",
      (ctx) => ctx.runQuery(api.jobs.list, { token, owner, state: "failed", paginationOpts }),
    ],
    ["list, type", (ctx) => ctx.runQuery(api.jobs.list, { token, type, paginationOpts })],
    ["list, tag", (ctx) => ctx.runQuery(api.jobs.list, { token, tag: "ui", paginationOpts })],
    ["active", (ctx) => ctx.runQuery(api.jobs.active, { token, paginationOpts })],
    ["stats, owner", (ctx) => ctx.runQuery(api.jobs.stats, { token, owner })],
  ];
}

export function isOfMany(operation: string): boolean {
  return /^(list|active|stats)/.test(operation);
}

/** What each operation costs with so many other jobs stored. */
export async function costsAmong(others: number): Promise<Record<string, Cost>> {
  const t = deployment();
  const token = await tokenFor("admin", { expiresIn: 3600 });
  await fill(t, token, others);
  const costs: Record<string, Cost> = {};
  for (const [name, call] of await operations(t, token)) costs[name] = await costOf(t, call);
  return costs;
}

/** The commands that bring a job into each of the states that jobs are found in. */
const LIVES = {
  queued: [],
  running: ["start", "heartbeat"],
  succeeded: ["start", "complete"],
  failed: ["start", "fail"],
  canceled: ["cancel"],
};
const OF_A_JOB = ["jobProgress", "jobDetails", "jobTags", "jobAttempts"] as const;
const COPIED_AT_ONCE = 1000;

/** One job a state as commands store it, and copies of their documents: as many commands would take an hour here. */
async function fill(t: Deployment, token: string, count: number): Promise<void> {
  // A while ago, so that the counts have been folded since.
  vi.setSystemTime(Date.now() - 60_000);
  const lives = Object.entries(LIVES).slice(0, count);
  for (const [state, kinds] of lives) await live(t, token, state, kinds);
  const originals = await t.run(originalsOf);
  for (let stored = lives.length; stored < count; stored += COPIED_AT_ONCE) {
    const copies = Math.min(COPIED_AT_ONCE, count - stored);
    const numbers = Array.from({ length: copies }, (_, index) => stored + index);
    await t.run((ctx) => copyJobs(ctx, originals, numbers));
  }
  vi.useRealTimers();
  await t.mutation(internal.counts.fold, {});
}

async function live(t: Deployment, token: string, id: string, kinds: string[]): Promise<void> {
  const record = { ...RECORD, ...PAYLOAD, id };
  const commands = [{ kind: "create", record }, ...kinds.map((kind) => ({ kind, jobId: id }))];
  await t.mutation(api.ingest.apply, { token, writerId: id, firstSeq: 1, commands });
}

type Original = { job: Doc<"jobs">; rows: { table: (typeof OF_A_JOB)[number]; row: object }[] };

async function originalsOf({ db }: MutationCtx): Promise<Original[]> {
  const jobs = await db.query("jobs").withIndex("by_createdAt").take(100);
  const rows = await Promise.all(
    OF_A_JOB.map(async (table) => (await db.query(table).take(100)).map((row) => ({ table, row }))),
  );
  return jobs.map((job) => ({
    job,
    rows: rows.flat().filter(({ row }) => row.job === job._id),
  }));
}

/** In turn of the states; their counts are appended as a batch appends them. */
async function copyJobs(ctx: MutationCtx, originals: Original[], numbers: number[]): Promise<void> {
  const counts = new CountChanges();
  for (const number of numbers) {
    const { job, rows } = originals[number % originals.length] as Original;
    const fields = { ...copyable(job), jobId: `other-${number}`, createdAt: job.createdAt + number };
    const id = await ctx.db.insert("jobs", fields as Doc<"jobs">);
    for (const { table, row } of rows) await ctx.db.insert(table, { ...copyable(row), job: id } as never);
    counts.add(null, job);
  }
  await counts.append(ctx);
}

function copyable(document: object): object {
  return Object.fromEntries(Object.entries(document).filter(([field]) => !field.startsWith("_")));
}
