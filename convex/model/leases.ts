/** One scheduled function for each attempt that holds a lease; nothing looks through the table. */
import { internal } from "../internals";
import type { Doc, Id, MutationCtx } from "../server";
import { counting } from "./countChanges";
import type { Decision } from "./documentChanges";
import { findDetails, findProgress } from "./jobStore";
import { decided, write } from "./jobWrites";
import { decideWatch } from "./leaseRules";
import type { ExistingJob } from "./lifecycleRules";

async function watchAt(ctx: MutationCtx, time: number, job: Id<"jobs">, attempt: number) {
  await ctx.scheduler.runAt(time, internal.leases.watch, { job, attempt });
}

/** Starts the watcher of a lease that is new with this decision; one that its attempt held before has its watcher. */
export async function watchNewLease(ctx: MutationCtx, stored: ExistingJob, decision: Decision, now: number) {
  const { job } = stored;
  const { leaseMs, attempt } = decided(stored, decision);
  if (leaseMs === undefined || (job.leaseMs !== undefined && job.attempt === attempt)) return;
  await watchAt(ctx, now + leaseMs, job._id, attempt);
}

export async function watchLease(ctx: MutationCtx, id: Id<"jobs">, attempt: number, now: number) {
  const job = await ctx.db.get("jobs", id);
  if (job === null) return;
  const stored = await documentsFor(ctx, job);
  const { decision, lookAgainAt } = decideWatch(stored, attempt, { now, random: Math.random() });
  if (decision !== null) await counting(ctx, (writer) => write(writer, stored, decision, now));
  if (lookAgainAt !== null) await watchAt(ctx, lookAgainAt, id, attempt);
}

/** Only giving up on a job needs what is cold. */
async function documentsFor(ctx: MutationCtx, job: Doc<"jobs">): Promise<ExistingJob> {
  const progress = await findProgress(ctx, job._id);
  return { job, progress, details: job.state === "lost" ? await findDetails(ctx, job._id) : null };
}
