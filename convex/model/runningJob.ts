/** A job as the body of its action knows it. */
import { internal } from "../internals";
import type { ActionCtx } from "../server";
import type { Receipt } from "../validators";
import { interruptionOf } from "./jobInterruption";

/** An action or a mutation. */
export type Caller = Pick<ActionCtx, "runMutation">;

/** Absent leaves a field as it is, null clears it. */
export type Progress = {
  stage?: string | null;
  message?: string | null;
  /** 0 to 100. */
  progress?: number | null;
  completed?: number | null;
  total?: number | null;
};

export class RunningJob {
  constructor(
    private readonly ctx: Caller,
    readonly jobId: string,
    readonly attempt: number,
  ) {}

  /**
   * Says how far the work is; without fields, that it goes on. Throws a `JobInterruption` when the job is to be
   * canceled or is no longer this attempt's.
   */
  async progress(fields: Progress = {}): Promise<void> {
    const receipt = await this.send({ kind: "progress", ...fields });
    if (receipt.outcome === "stale" || receipt.cancelRequested === true) throw interruptionOf(receipt);
  }

  /** For `trackJob.ts`, which knows when the body is over. */
  async send(command: { kind: string; [field: string]: unknown }): Promise<Receipt> {
    const { jobId, attempt } = this;
    return await this.ctx.runMutation(internal.internalJobs.apply, {
      command: { ...command, jobId, attempt },
    });
  }
}
