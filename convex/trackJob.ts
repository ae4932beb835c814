/** Jobs of this deployment's own actions: wrapped around a body in one action, or queued for a worker of a pool. */
import { invalidField } from "./errors";
import { internal } from "./internals";
import { withHeartbeats } from "./model/heartbeats";
import { interruptionOf, isJobCanceled } from "./model/jobInterruption";
import { type Caller, RunningJob } from "./model/runningJob";
import { thrownError } from "./model/thrownError";
import { encode, fieldsOf, type Json, objectOf, ValueProblem } from "./model/values";
import type { Receipt } from "./validators";

export { isJobCanceled, JobInterruption } from "./model/jobInterruption";
export type { Progress, RunningJob } from "./model/runningJob";

export type NewJob = {
  type: string;
  /** Given by a page that follows the job while the action runs, and not used before; else a new one. */
  jobId?: string | undefined;
  owner?: string | undefined;
  source?: string | undefined;
  name?: string | undefined;
  parent?: string | undefined;
  tags?: string[] | undefined;
  visibility?: "private" | "public" | undefined;
  /** Plain JSON. */
  payload?: Record<string, unknown> | undefined;
};

/** After how long without a sign of life the job counts as lost; while the body runs there are some of itself. */
export type Lease = { leaseMs?: number };

export type Body<Result> = (job: RunningJob) => Promise<Result>;

export type Tracked<Result> = { jobId: string; result: Result };

const LEASE_MS = 60_000;

/** Runs a body as a job: running at once, succeeded with what it returns, failed with what it throws. */
export async function trackJob<Result>(
  ctx: Caller,
  { leaseMs = LEASE_MS, ...job }: NewJob & Lease,
  body: Body<Result>,
): Promise<Tracked<Result>> {
  const begun = await ctx.runMutation(internal.internalJobs.begin, { record: recordOf(job), leaseMs });
  return await work(ctx, begun, body, { leaseMs, retryable: false });
}

/**
 * Stores a job that a worker is to do; in a mutation that also enqueues the worker, both happen or neither. Throws if
 * the job is there already: it has its worker.
 */
export async function queueJob(ctx: Caller, job: NewJob & { maxAttempts?: number }): Promise<string> {
  const command = { kind: "create", record: recordOf(job) };
  const receipt = await ctx.runMutation(internal.internalJobs.apply, { command });
  if (receipt.outcome !== "applied") throw interruptionOf(receipt);
  return receipt.jobId;
}

/**
 * The same as `trackJob` for a job that was queued. Each call is an attempt: what the body throws puts the job back to
 * queued while attempts are left, and is for the pool to retry.
 */
export async function workOnJob<Result>(
  ctx: Caller,
  { jobId, leaseMs = LEASE_MS }: { jobId: string } & Lease,
  body: Body<Result>,
): Promise<Tracked<Result>> {
  const begun = await ctx.runMutation(internal.internalJobs.beginAttempt, { jobId, leaseMs });
  return await work(ctx, begun, body, { leaseMs, retryable: true });
}

/** What a pool says when it is through with a worker, in the words of `@convex-dev/workpool`. */
export type WorkResult =
  { kind: "success"; returnValue: unknown } | { kind: "failed"; error: string } | { kind: "canceled" };

/** For the pool's `onComplete`: ends a job whose worker could not say how it ended, and leaves every other as it is. */
export async function settleJob(ctx: Caller, jobId: string, result: WorkResult): Promise<void> {
  await ctx.runMutation(internal.internalJobs.apply, { command: { ...endOf(result), jobId } });
}

function endOf(result: WorkResult) {
  switch (result.kind) {
    case "success":
      return { kind: "complete" };
    case "failed":
      return { kind: "fail", error: thrownError(result.error), retryable: false };
    case "canceled":
      return { kind: "cancel", done: true };
  }
}

async function work<Result>(
  ctx: Caller,
  begun: Receipt,
  body: Body<Result>,
  { leaseMs, retryable }: { leaseMs: number; retryable: boolean },
): Promise<Tracked<Result>> {
  if (begun.outcome !== "applied") throw interruptionOf(begun);
  const job = new RunningJob(ctx, begun.jobId, begun.attempt);
  try {
    const result = await withHeartbeats(job, leaseMs, body);
    await complete(job, result);
    return { jobId: job.jobId, result };
  } catch (error) {
    await reportEnd(job, error, retryable);
    throw error;
  }
}

async function complete(job: RunningJob, result: unknown): Promise<void> {
  const command = result === undefined ? {} : { result: encodedField("result", result) };
  const receipt = await job.send({ kind: "complete", ...command });
  if (receipt.outcome === "stale") throw interruptionOf(receipt);
}

/** What ended the body is what the caller gets, even if it cannot be stored; then the lease ends the job. */
async function reportEnd(job: RunningJob, error: unknown, retryable: boolean): Promise<void> {
  const command = isJobCanceled(error, job.jobId)
    ? { kind: "cancel", done: true }
    : { kind: "fail", error: thrownError(error), retryable };
  try {
    await job.send(command);
  } catch (problem) {
    console.error(`how job ${job.jobId} ended could not be stored:`, problem);
  }
}

function recordOf({ payload, jobId, ...job }: NewJob & { maxAttempts?: number }): Json {
  const own = Object.entries({ ...job, jobId: jobId ?? crypto.randomUUID() });
  const given = own.filter(([, value]) => value !== undefined);
  const fields = encodedField("payload", payload ?? {}) as Record<string, Json>;
  return objectOf({ ...fieldsOf(fields), ...Object.fromEntries(given) } as Record<string, Json>);
}

function encodedField(field: string, value: unknown): Json {
  try {
    return encode(value);
  } catch (error) {
    if (!(error instanceof ValueProblem)) throw error;
    throw invalidField(error.path === "" ? field : `${field}.${error.path}`, error.problem);
  }
}
