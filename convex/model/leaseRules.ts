/** What becomes of a job that holds a lease when its watcher looks at it. Pure. */
import type { Decision } from "./documentChanges";
import { leaseExpiry } from "./lease";
import { decideLifecycle, type ExistingJob, type LifecycleCommand, type Moment } from "./lifecycleRules";

/** What to write, and when to look again; null: nothing, and never. */
export type WatchDecision = { decision: Decision | null; lookAgainAt: number | null };

const OVER: WatchDecision = { decision: null, lookAgainAt: null };

/**
 * One watcher follows one attempt for as long as it runs. It looks when the lease that it knows of runs out; a job
 * that is lost by then has as long again to speak.
 */
export function decideWatch(stored: ExistingJob, attempt: number, moment: Moment): WatchDecision {
  const { job, progress } = stored;
  const expiry = leaseExpiry(job, progress);
  if (job.attempt !== attempt || job.leaseMs === undefined || expiry === null) return OVER;
  if (job.state === "lost") return { decision: afterGrace(stored, job.leaseMs, moment), lookAgainAt: null };
  if (moment.now < expiry) return { decision: null, lookAgainAt: expiry };
  const decision: Decision = { outcome: "applied", warm: { state: "lost" }, hot: {}, cold: {} };
  return { decision, lookAgainAt: moment.now + job.leaseMs };
}

/** Nobody is left who could clean up, so a cancellation that was asked for has come true. */
function afterGrace(stored: ExistingJob, leaseMs: number, moment: Moment): Decision {
  const command: LifecycleCommand =
    stored.job.cancelRequestedAt === undefined
      ? { kind: "fail", failure: { error: lostError(leaseMs), traceback: null }, retryable: true }
      : { kind: "cancel", done: true };
  return decideLifecycle(stored, command, undefined, moment);
}

/** The lease and the grace after it. */
function lostError(leaseMs: number) {
  const seconds = Math.round((2 * leaseMs) / 1000);
  return { message: `lost: no sign of life for ${seconds} s`, reason: "lost" };
}
