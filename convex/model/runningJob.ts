/** A job as the body of its action knows it. */
import type { ActionCtx } from "../server";
import type { Receipt } from "../validators";
import { interruptionOf } from "./jobInterruption";
import type { Json } from "./values";

/** An action or a mutation. */
export type Caller = Pick<ActionCtx, "runMutation">;

export type JobCommand = { kind: string; [field: string]: unknown };

/** How an app's own code reaches its jobs. */
export type JobCommands = {
  begin: (ctx: Caller, record: Json, leaseMs: number) => Promise<Receipt>;
  beginAttempt: (ctx: Caller, jobId: string, leaseMs: number) => Promise<Receipt>;
  apply: (ctx: Caller, command: JobCommand) => Promise<Receipt>;
};

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
    private readonly commands: JobCommands,
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

  /** For `JobTracking`, which knows when the body is over. */
  async send(command: JobCommand): Promise<Receipt> {
    const { jobId, attempt } = this;
    return await this.commands.apply(this.ctx, { ...command, jobId, attempt });
  }
}
