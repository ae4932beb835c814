/** How long a job that runs may be silent. Pure. */
import type { Doc } from "../server";

/** When the job is lost unless it gives another sign of life; null when it holds no lease. */
export function leaseExpiry(job: Doc<"jobs">, progress: Doc<"jobProgress"> | null): number | null {
  if (job.leaseMs === undefined || progress?.heartbeatAt === undefined) return null;
  return progress.heartbeatAt + job.leaseMs;
}

/** A lease may become longer, but not shorter: its watcher would come too late. */
export function grantedLease(held: number | undefined, asked: number): number {
  return Math.max(held ?? 0, asked);
}
