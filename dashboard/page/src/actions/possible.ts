/** Which of the things that people do a job is open to; `MOVES` has what comes of them. */
import { MOVES, type State } from "../../../../convex/model/lifecycle";

export type Possible = { retry: boolean; cancel: boolean; remove: boolean };

export function possible({
  state,
  cancelRequestedAt,
}: {
  state: State;
  cancelRequestedAt?: number;
}): Possible {
  return {
    retry: MOVES.retry[state] !== "stale",
    cancel: MOVES.cancel[state] !== "stale" && cancelRequestedAt === undefined,
    remove: state !== "running",
  };
}
