/** Jobs of this deployment's own actions and mutations, which need no token. */
import { internal } from "./internals";
import {
  type Body,
  JobTracking,
  type Lease,
  type NewJob,
  type Tracked,
  type WorkResult,
} from "./model/jobTracking";
import type { Caller } from "./model/runningJob";

export { isJobCanceled, JobInterruption } from "./model/jobInterruption";
export type { Body, Lease, NewJob, Tracked, WorkResult } from "./model/jobTracking";
export type { Progress, RunningJob } from "./model/runningJob";

const { internalJobs } = internal;

const tracking = new JobTracking({
  begin: (ctx, record, leaseMs) => ctx.runMutation(internalJobs.begin, { record, leaseMs }),
  beginAttempt: (ctx, jobId, leaseMs) => ctx.runMutation(internalJobs.beginAttempt, { jobId, leaseMs }),
  apply: (ctx, command) => ctx.runMutation(internalJobs.apply, { command }),
});

/** Runs a body as a job: running at once, succeeded with what it returns, failed with what it throws. */
export function trackJob<Result>(
  ctx: Caller,
  job: NewJob & Lease,
  body: Body<Result>,
): Promise<Tracked<Result>> {
  return tracking.trackJob(ctx, job, body);
}

/** Stores a job that a worker is to do, and answers its id; throws if the job is there already. */
export function queueJob(ctx: Caller, job: NewJob & { maxAttempts?: number }): Promise<string> {
  return tracking.queueJob(ctx, job);
}

/** The same as `trackJob` for a job that was queued; each call is an attempt. */
export function workOnJob<Result>(
  ctx: Caller,
  job: { jobId: string } & Lease,
  body: Body<Result>,
): Promise<Tracked<Result>> {
  return tracking.workOnJob(ctx, job, body);
}

/** For the pool's `onComplete`: ends a job whose worker could not say how it ended. */
export function settleJob(ctx: Caller, jobId: string, result: WorkResult): Promise<void> {
  return tracking.settleJob(ctx, jobId, result);
}
