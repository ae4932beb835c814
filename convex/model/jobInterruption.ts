/** Why a body has to stop: an error that keeps its data across function boundaries, where its class is lost. */
import { ConvexError } from "convex/values";
import { quoted } from "../errors";
import type { Receipt } from "../validators";

/** Beside those of `errors.ts`: what stops a body, which no function of ours refuses with. */
export const INTERRUPTION_CODES = ["job_canceled", "job_not_yours"] as const;

export type InterruptionData = {
  code: (typeof INTERRUPTION_CODES)[number];
  message: string;
  jobId: string;
};

export class JobInterruption extends ConvexError<InterruptionData> {}

/** What a receipt says of a job that one may not go on with: asked to end, at its end, or at work elsewhere. */
export function interruptionOf({ jobId, state, attempt, cancelRequested }: Receipt): JobInterruption {
  if (cancelRequested === true || state === "canceled") {
    return new JobInterruption({ code: "job_canceled", message: `job ${quoted(jobId)} is canceled`, jobId });
  }
  const message = `job ${quoted(jobId)} is not yours to go on with: it is ${state}, in attempt ${attempt}`;
  return new JobInterruption({ code: "job_not_yours", message, jobId });
}

/** Whether a body was stopped because its job is canceled; with an id, whether it was that job. */
export function isJobCanceled(error: unknown, jobId?: string): boolean {
  if (!(error instanceof ConvexError)) return false;
  const data = error.data as Partial<InterruptionData> | null;
  return data?.code === "job_canceled" && (jobId === undefined || data.jobId === jobId);
}
