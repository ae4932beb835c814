/** How an action of this deployment begins to work on a job. The outcome is `applied` only if the job is now its own. */
import type { MutationCtx } from "../server";
import type { Access, Receipt } from "../validators";
import { applyCommand } from "./command";
import { findJob } from "./jobStore";
import { isAtWork } from "./lifecycle";

/** Code of the deployment itself, which holds no token: strangers cannot call what is internal. */
export const OWN_CODE: Access = { scope: "admin", limits: {} };

/** In one transaction, so that nobody sees the job queued. A job that was there before is not touched. */
export async function beginJob(
  ctx: MutationCtx,
  record: unknown,
  leaseMs: number,
  now: number,
): Promise<Receipt> {
  const created = await applyCommand(ctx, OWN_CODE, { kind: "create", record }, now);
  if (created.outcome !== "applied") return created;
  return await applyCommand(ctx, OWN_CODE, { kind: "start", jobId: created.jobId, leaseMs }, now);
}

/**
 * For a worker whose pool runs one attempt after another: a job that still seems to be at work was left by a worker
 * that died, and its attempt is over.
 */
export async function beginAttempt(
  ctx: MutationCtx,
  jobId: string,
  leaseMs: number,
  now: number,
): Promise<Receipt> {
  const job = await findJob(ctx, jobId);
  if (job !== null && isAtWork(job)) {
    const isToBeCanceled = job.cancelRequestedAt !== undefined;
    const end = isToBeCanceled ? { kind: "cancel", done: true } : { kind: "fail", error: WORKER_GONE };
    await applyCommand(ctx, OWN_CODE, { ...end, jobId }, now);
  }
  return await applyCommand(ctx, OWN_CODE, { kind: "start", jobId, leaseMs }, now);
}

const WORKER_GONE = { message: "lost: the worker ended without an answer", reason: "lost" };
