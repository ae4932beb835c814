/** Runs the rows of `_scheduled_functions`, and drops them some days after they ended. */
import { convexToJson } from "convex/values";
import type { Json, Outcome } from "./api.js";
import type { Document } from "./document.js";
import type { Runtime } from "./runtime.js";
import { isOver, moveJob, stateOf, targetOf, type JobState } from "./scheduled-job.js";
import { schedulerCaller, type DueRows } from "./due-rows.js";
import type { Table } from "./table.js";

const KEEP_RESULTS_MS = 7 * 24 * 3600 * 1000;

export class ScheduledFunctions implements DueRows {
  constructor(private readonly runtime: Runtime) {}

  dueTime(job: Document): number | null {
    if (isOver(job))
      return ((job.value["completedTime"] as number | undefined) ?? job.creationTime) + KEEP_RESULTS_MS;
    return stateOf(job).kind === "pending" ? (job.value["scheduledTime"] as number) : null;
  }

  recover(table: Table, job: Document): void {
    const error = "The deployment stopped while the action was running.";
    if (stateOf(job).kind === "inProgress")
      this.#move(table, job.id, ["inProgress"], { kind: "failed", error });
  }

  async start(table: Table, job: Document): Promise<void> {
    if (isOver(job)) return this.runtime.write((transaction) => transaction.put(table, job.id, null));
    if (this.isAction(table, job)) await this.#runAction(table, job);
    else await this.#runMutation(table, job);
  }

  isAction(_table: Table, job: Document): boolean {
    return this.runtime.deployment.find(targetOf(job))?.kind === "action";
  }

  async #runMutation(table: Table, job: Document): Promise<void> {
    const { outcome } = await this.runtime.runner.mutation(
      targetOf(job),
      argsOf(job),
      schedulerCaller(job.id),
      {
        scheduledFunctionId: job.id,
        begin: (transaction) => {
          const current = transaction.get(table, job.id);
          return current !== null && stateOf(current).kind === "pending";
        },
        finish: (transaction) => {
          // The function may have cancelled itself.
          const current = transaction.get(table, job.id);
          if (current && !isOver(current)) {
            moveJob(transaction, table, current, { kind: "success" }, this.runtime.now());
          }
        },
      },
    );
    if (!outcome.ok) this.#move(table, job.id, ["pending"], { kind: "failed", error: outcome.message });
  }

  async #runAction(table: Table, job: Document): Promise<void> {
    if (!this.#move(table, job.id, ["pending"], { kind: "inProgress" })) return;
    const { runner } = this.runtime;
    const outcome = await runner.action(targetOf(job), argsOf(job), schedulerCaller(job.id), job.id);
    this.#move(table, job.id, ["inProgress"], endState(outcome));
  }

  /** False if the row has gone elsewhere meanwhile. */
  #move(table: Table, id: string, from: JobState["kind"][], to: JobState): boolean {
    return this.runtime.write((transaction) => {
      const job = transaction.get(table, id);
      if (job === null || !from.includes(stateOf(job).kind)) return false;
      moveJob(transaction, table, job, to, this.runtime.now());
      return true;
    });
  }
}

function argsOf(job: Document): Json {
  return convexToJson(job.value["args"]!);
}

function endState(outcome: Outcome): JobState {
  return outcome.ok ? { kind: "success" } : { kind: "failed", error: outcome.message };
}
