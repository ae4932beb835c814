/** What goes with a state. Pure. */
import type { Doc } from "../server";
import type { Update } from "./documentChanges";
import { isAtWork, isTerminal, type State } from "./lifecycle";

/** A job starts once and ends once, waits only in the queue, and holds a lease only while it is at work. */
export function stateFields(job: Doc<"jobs"> | null, state: State, now: number): Update {
  return {
    ...(state === "running" && job?.startedAt === undefined && { startedAt: now }),
    ...(isTerminal(state) && job?.finishedAt === undefined && { finishedAt: now }),
    ...(state !== "queued" && { nextAttemptAt: null }),
    ...(!isAtWork({ state }) && { leaseMs: null }),
  };
}
