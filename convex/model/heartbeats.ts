/** Signs of life while a body runs, so that its lease may be short however long one of its steps takes. */
import type { RunningJob } from "./runningJob";

/** A heartbeat may be late, or fail once, before the lease is over. */
const BEATS_A_LEASE = 3;

export async function withHeartbeats<Result>(
  job: RunningJob,
  leaseMs: number,
  body: (job: RunningJob) => Promise<Result>,
): Promise<Result> {
  let beats: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    beats = beats.then(() => job.send({ kind: "heartbeat" })).catch(unheard);
  }, leaseMs / BEATS_A_LEASE);
  try {
    return await body(job);
  } finally {
    clearInterval(timer);
    // An action must not end with a call of its own under way.
    await beats;
  }
}

/** The body learns at its next report what has become of the job. */
function unheard(problem: unknown): void {
  console.warn("a heartbeat was not heard:", problem);
}
