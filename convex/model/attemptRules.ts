/** What is kept of each attempt at a job: when it ran, how it ended, and how long it was in which stage. Pure. */
import type { Doc } from "../server";
import type { Attempt } from "../validators";
import type { Update } from "./documentChanges";
import { isAtWork } from "./lifecycle";

/** A stage that names its item, like "page 17", may not let the row grow for ever. */
export const MOST_STAGES = 50;

type End = Required<Pick<Attempt, "outcome">> & Pick<Attempt, "error">;

/** What a change of a job means for its attempts; most changes mean nothing. */
export type AttemptSteps = {
  ended: { attempt: number; end: End } | null;
  begun: number | null;
  /** The stage that is entered, or null where one is only left. */
  stage?: string | null;
};

type Job = Pick<Doc<"jobs">, "state" | "attempt" | "errorMessage">;

/** `stage` is the one that the job had before this change, if it is known. */
export function attemptSteps(before: Job | null, after: Job, hot: Update, stage?: string): AttemptSteps {
  const wasAtWork = before !== null && isAtWork(before);
  const goesOn = wasAtWork && isAtWork(after) && before.attempt === after.attempt;
  const begins = isAtWork(after) && !goesOn;
  const entered = "stage" in hot ? ((hot.stage as string | undefined) ?? null) : begins ? stage : undefined;
  return {
    ended: wasAtWork && !goesOn ? { attempt: before.attempt, end: endOf(before, after) } : null,
    begun: begins ? after.attempt : null,
    ...(isAtWork(after) && entered !== undefined && { stage: entered }),
  };
}

/** An attempt that another one follows has failed, or was given up as lost: by its lease, or by the next one. */
function endOf(before: Job, after: Job): End {
  const { state, errorMessage } = after;
  if (state === "succeeded" || state === "canceled") return { outcome: state };
  const outcome = before.state === "lost" || isAtWork(after) ? "lost" : "failed";
  return { outcome, ...(errorMessage !== undefined && { error: errorMessage }) };
}

export function begunAttempt(attempt: number, now: number): Attempt {
  return { attempt, startedAt: now, stages: [] };
}

/** The same attempt in another stage, or in none. */
export function inStage(row: Attempt, stage: string | null, now: number): Attempt {
  const { current, ...rest } = row;
  const left = current === undefined ? rest : withVisit(rest, current, now);
  return stage === null ? left : { ...left, current: { stage, since: now } };
}

export function endedAttempt(row: Attempt, end: End, now: number): Attempt {
  return { ...inStage(row, null, now), ...end, endedAt: now };
}

/** Adds the time in a stage that is left to what is known of that stage. */
function withVisit(row: Attempt, { stage, since }: NonNullable<Attempt["current"]>, now: number): Attempt {
  const { stages } = row;
  const ms = now - since;
  if (stages.some((known) => known.stage === stage)) {
    const added = stages.map((known) => {
      return known.stage === stage ? { ...known, ms: known.ms + ms, visits: known.visits + 1 } : known;
    });
    return { ...row, stages: added };
  }
  if (stages.length >= MOST_STAGES) return { ...row, hasMoreStages: true };
  return { ...row, stages: [...stages, { stage, startedAt: since, ms, visits: 1 }] };
}
