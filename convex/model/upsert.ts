/** The upsert command: read what the change needs, decide, write what differs. */
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import type { Access, Receipt } from "../validators";
import { type JobChange, jobChange } from "./jobChange";
import { findDetails, findJob, findProgress, type Reader } from "./jobStore";
import { assertMayName, assertMayTouch } from "./limits";
import { assertFits } from "./size";
import { decideUpsert, type StoredJob, type Update, type UpsertDecision } from "./upsertRules";

export async function applyUpsert(
  ctx: MutationCtx,
  access: Access,
  command: { record: unknown; attempt?: number },
  now: number,
): Promise<Receipt> {
  const asked = jobChange(command.record);
  const change = command.attempt === undefined ? asked : { ...asked, attempt: command.attempt };
  const stored = await load(ctx, access, change);
  const decision = decideUpsert(stored, change, now);
  const job = { ...stored.job, ...decision.warm } as Doc<"jobs">;
  assertMayTouch(access, job);
  if (hasFields(decision.cold)) assertFits(largeValues({ ...stored.details, ...decision.cold }));
  await write(ctx, stored, decision, now);
  const { jobId, status, state, attempt } = job;
  return { outcome: decision.outcome, jobId, status, state, attempt };
}

/** A progress tick never reads what is cold, nor a result what is hot. */
async function load(ctx: Reader, access: Access, change: JobChange): Promise<StoredJob> {
  assertMayName(access, change.jobId);
  const job = await findJob(ctx, change.jobId);
  if (job === null) return { job, progress: null, details: null };
  assertMayTouch(access, job);
  const isHot = hasFields(change.hot);
  const isCold = hasFields(change.cold) || hasFields(change.payload);
  return {
    job,
    progress: isHot ? await findProgress(ctx, job._id) : null,
    details: isCold ? await findDetails(ctx, job._id) : null,
  };
}

function hasFields(fields: object): boolean {
  return Object.keys(fields).length > 0;
}

function largeValues(details: Update): Update {
  const { payload, result, component, telemetry, error } = details;
  return { payload, result, component, telemetry, error };
}

async function write(ctx: MutationCtx, stored: StoredJob, decision: UpsertDecision, now: number) {
  const job = await writeJob(ctx, stored.job, decision.warm, now);
  const hot = { ...decision.hot, updatedAt: now };
  if (stored.progress !== null && hasFields(decision.hot)) {
    await ctx.db.patch("jobProgress", stored.progress._id, hot);
  } else if (hasFields(decision.hot)) {
    await ctx.db.insert("jobProgress", { job, ...hot });
  }
  const cold = { ...decision.cold, updatedAt: now };
  if (stored.details !== null && hasFields(decision.cold)) {
    await ctx.db.patch("jobDetails", stored.details._id, cold);
  } else if (hasFields(decision.cold)) {
    await ctx.db.insert("jobDetails", { job, ...cold });
  }
}

async function writeJob(
  ctx: MutationCtx,
  job: Doc<"jobs"> | null,
  warm: Update,
  now: number,
): Promise<Id<"jobs">> {
  const update = { ...warm, updatedAt: now };
  if (job === null) return await ctx.db.insert("jobs", update as Omit<Doc<"jobs">, "_id" | "_creationTime">);
  if (hasFields(warm)) await ctx.db.patch("jobs", job._id, update);
  return job._id;
}
