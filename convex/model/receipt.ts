import type { Doc } from "../server";
import type { Receipt } from "../validators";

/**
 * What a writer is told about the job after its command. Every answer says that the job is to be canceled, so
 * that the pipeline at work learns it without asking; a job that ended otherwise is not to be canceled any more.
 */
export function receiptOf(job: Doc<"jobs">, outcome: Receipt["outcome"]): Receipt {
  const { jobId, status, state, attempt, nextAttemptAt, cancelRequestedAt } = job;
  const isOver = state === "succeeded" || state === "failed";
  return {
    outcome,
    jobId,
    status,
    state,
    attempt,
    ...(cancelRequestedAt !== undefined && !isOver && { cancelRequested: true as const }),
    ...(nextAttemptAt !== undefined && { nextAttemptAt }),
  };
}
