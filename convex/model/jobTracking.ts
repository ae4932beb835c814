/** Jobs of an app's own code: wrapped around a body in one action, or queued for a worker of a pool. */
import { invalidField } from "../errors";
import type { Receipt } from "../validators";
import { withHeartbeats } from "./heartbeats";
import { interruptionOf, isJobCanceled } from "./jobInterruption";
import { type Caller, type JobCommands, RunningJob } from "./runningJob";
import { thrownError } from "./thrownError";
import { encode, fieldsOf, type Json, objectOf, ValueProblem } from "./values";

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

/** What a pool says when it is through with a worker, in the words of `@convex-dev/workpool`. */
export type WorkResult =
  { kind: "success"; returnValue: unknown } | { kind: "failed"; error: string } | { kind: "canceled" };

const LEASE_MS = 60_000;

/** The same wherever the jobs are: among the app's own functions, or in a component. */
export class JobTracking {
  constructor(private readonly commands: JobCommands) {}

  /** Runs a body as a job: running at once, succeeded with what it returns, failed with what it throws. */
  async trackJob<Result>(
    ctx: Caller,
    { leaseMs = LEASE_MS, ...job }: NewJob & Lease,
    body: Body<Result>,
  ): Promise<Tracked<Result>> {
    const begun = await this.commands.begin(ctx, recordOf(job), leaseMs);
    return await this.work(ctx, begun, body, { leaseMs, retryable: false });
  }

  /**
   * Stores a job that a worker is to do; in a mutation that also enqueues the worker, both happen or neither. Throws if
   * the job is there already: it has its worker.
   */
  async queueJob(ctx: Caller, job: NewJob & { maxAttempts?: number }): Promise<string> {
    const receipt = await this.commands.apply(ctx, { kind: "create", record: recordOf(job) });
    if (receipt.outcome !== "applied") throw interruptionOf(receipt);
    return receipt.jobId;
  }

  /**
   * The same as `trackJob` for a job that was queued. Each call is an attempt: what the body throws puts the job back to
   * queued while attempts are left, and is for the pool to retry.
   */
  async workOnJob<Result>(
    ctx: Caller,
    { jobId, leaseMs = LEASE_MS }: { jobId: string } & Lease,
    body: Body<Result>,
  ): Promise<Tracked<Result>> {
    const begun = await this.commands.beginAttempt(ctx, jobId, leaseMs);
    return await this.work(ctx, begun, body, { leaseMs, retryable: true });
  }

  /** For the pool's `onComplete`: ends a job whose worker could not say how it ended, and leaves every other as it is. */
  async settleJob(ctx: Caller, jobId: string, result: WorkResult): Promise<void> {
    await this.commands.apply(ctx, { ...endOf(result), jobId });
  }

  private async work<Result>(
    ctx: Caller,
    begun: Receipt,
    body: Body<Result>,
    { leaseMs, retryable }: { leaseMs: number; retryable: boolean },
  ): Promise<Tracked<Result>> {
    if (begun.outcome !== "applied") throw interruptionOf(begun);
    const job = new RunningJob(ctx, this.commands, begun.jobId, begun.attempt);
    try {
      const result = await withHeartbeats(job, leaseMs, body);
      await complete(job, result);
      return { jobId: job.jobId, result };
    } catch (error) {
      await reportEnd(job, error, retryable);
      throw error;
    }
  }
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
