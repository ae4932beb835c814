/** Which of the queued jobs is next. Pure. */
import type { Doc } from "../server";

type Queued = Pick<Doc<"jobs">, "_creationTime" | "nextAttemptAt">;

/** The first of those that never had to wait, and the first of those that wait for a time. */
export type Heads<Job extends Queued> = { fresh: Job | null; delayed: Job | null };

/** What has been ready for longest comes first, so that neither kind keeps the other waiting. */
export function nextReady<Job extends Queued>({ fresh, delayed }: Heads<Job>, now: number): Job | null {
  const isReady = delayed?.nextAttemptAt !== undefined && delayed.nextAttemptAt <= now;
  if (!isReady) return fresh;
  return fresh !== null && fresh._creationTime <= readyAt(delayed) ? fresh : delayed;
}

/** When a job may be claimed, or could have been for the first time. */
function readyAt({ nextAttemptAt, _creationTime }: Queued): number {
  return nextAttemptAt ?? _creationTime;
}
