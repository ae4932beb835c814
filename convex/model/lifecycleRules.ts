/** What a lifecycle command does to a job: from what is stored and what is asked, the documents' changes. Pure. */
import { invalidField } from "../errors";
import type { Doc } from "../server";
import { backoffMs } from "./backoff";
import { type Decision, differences, hasFields, STALE, type StoredJob, type Update } from "./documentChanges";
import { type Failure, shownMessage } from "./failure";
import type { Changes, HotFields, WarmFields } from "./jobChange";
import { grantedLease } from "./lease";
import { isAtWork, MOVES, type State } from "./lifecycle";
import { stateFields } from "./stateFields";
import type { Json } from "./values";

export type LifecycleCommand =
  | Start
  | { kind: "progress"; hot: Changes<HotFields> }
  | { kind: "heartbeat" }
  | { kind: "complete"; result?: Json }
  | { kind: "fail"; failure?: Failure; retryable: boolean; retryAfterMs?: number }
  | { kind: "cancel"; reason?: string; done: boolean }
  | { kind: "retry" }
  | { kind: "setRun"; run: WarmFields["run"] };

/** `newAttempt` is the one that begins, if the job is not there yet. */
type Start = { kind: "start"; leaseMs?: number; newAttempt?: number };

/** Time and chance, given from outside; `random` is from 0 to 1. */
export type Moment = { now: number; random: number };

export type ExistingJob = StoredJob & { job: Doc<"jobs"> };

type Effects = { warm?: Update; hot?: Update; cold?: Update };

/** `attempt` is the fence: an older one speaks too late, and a newer one can only begin. */
export function decideLifecycle(
  stored: ExistingJob,
  command: LifecycleCommand,
  attempt: number | undefined,
  moment: Moment,
): Decision {
  const { job } = stored;
  if (attempt === undefined || attempt === job.attempt) return decide(stored, command, moment);
  if (attempt < job.attempt) return STALE;
  if (command.kind !== "start") {
    throw invalidField("attempt", `${attempt} has not begun; the job is at attempt ${job.attempt}`);
  }
  // Nobody is left who could clean up, so a cancellation that was asked for has come true.
  if (isAtWork(job) && job.cancelRequestedAt !== undefined) {
    return decide(stored, { kind: "cancel", done: true }, moment);
  }
  return decide(stored, { ...command, newAttempt: attempt }, moment);
}

function decide(stored: ExistingJob, command: LifecycleCommand, moment: Moment): Decision {
  const { job, progress, details } = stored;
  const move = MOVES[rowFor(job, command)][job.state];
  if (move === "stale") return STALE;
  const effects = effectsOf(stored, command, moment);
  const moved = move === "unchanged" || move === job.state ? {} : entering(job, move, moment.now);
  const warm = differences(job, { ...moved, ...effects.warm });
  const hot = differences(progress, effects.hot ?? {});
  const cold = differences(details, effects.cold ?? {});
  const isApplied = move !== "unchanged" && [warm, hot, cold].some(hasFields);
  return { outcome: isApplied ? "applied" : "unchanged", warm, hot, cold };
}

/** The row of the table of moves, which has two for a command whose fields decide where the job goes. */
function rowFor(job: Doc<"jobs">, command: LifecycleCommand): keyof typeof MOVES {
  if (command.kind === "fail" && isTriedAgain(job, command)) return "failWithAttemptsLeft";
  if (command.kind === "cancel" && command.done) return "cancelDone";
  if (command.kind === "start" && command.newAttempt !== undefined) return "startNewer";
  return command.kind;
}

function isTriedAgain(job: Doc<"jobs">, { retryable }: { retryable: boolean }): boolean {
  return retryable && job.attempt < job.maxAttempts && job.cancelRequestedAt === undefined;
}

function entering(job: Doc<"jobs">, state: State, now: number): Update {
  return { state, status: state, ...stateFields(job, state, now) };
}

function effectsOf(stored: ExistingJob, command: LifecycleCommand, moment: Moment): Effects {
  switch (command.kind) {
    case "start":
      return started(stored.job, command, moment.now);
    case "progress":
      return { hot: { ...command.hot, heartbeatAt: moment.now } };
    case "heartbeat":
      return { hot: { heartbeatAt: moment.now } };
    case "complete":
      return completed(command);
    case "fail":
      return failed(stored.job, command, moment);
    case "cancel":
      return { warm: cancellation(stored.job, command.reason, moment.now) };
    case "retry":
      return retried(stored.job);
    case "setRun":
      return { warm: { run: command.run } };
  }
}

function started(job: Doc<"jobs">, { leaseMs, newAttempt }: Start, now: number): Effects {
  if (newAttempt !== undefined) return startedAnew(job, newAttempt, leaseMs, now);
  const isFirst = job.state !== "queued" || job.attempt === 1;
  return {
    warm: leaseMs === undefined ? {} : { leaseMs: grantedLease(job.leaseMs, leaseMs) },
    hot: { ...(!isFirst && FRESH_PROGRESS), heartbeatAt: now },
  };
}

/** A later attempt does not begin where the one before it broke off. */
const FRESH_PROGRESS = { stage: null, message: null, progress: null, completed: null, total: null };

/** Whoever begins a newer attempt knows that the one before it is over; one that seemed to be at work was killed. */
function startedAnew(job: Doc<"jobs">, attempt: number, leaseMs: number | undefined, now: number): Effects {
  const { warm, cold } = isAtWork(job) ? failureFields(overtakenBy(attempt)) : {};
  const again = { attempt, maxAttempts: Math.max(attempt, job.maxAttempts), finishedAt: null };
  const asNew = { leaseMs: leaseMs ?? null, cancelRequestedAt: null, cancelReason: null };
  return {
    warm: { ...warm, ...again, ...asNew },
    hot: { ...FRESH_PROGRESS, heartbeatAt: now },
    ...(cold && { cold }),
  };
}

function overtakenBy(attempt: number): Failure {
  const message = `lost: attempt ${attempt} began before the end of this one was told`;
  return { error: { message, reason: "lost" }, traceback: null };
}

const NO_ERROR = { warm: { errorMessage: null }, cold: { error: null, internal: null } };

/** What an attempt before it failed with is not the outcome of a job that succeeded. */
function completed({ result }: { result?: Json }): Effects {
  return { warm: NO_ERROR.warm, cold: { ...NO_ERROR.cold, ...(result !== undefined && { result }) } };
}

type Fail = Extract<LifecycleCommand, { kind: "fail" }>;

function failed(job: Doc<"jobs">, command: Fail, { now, random }: Moment): Effects {
  const { warm, cold } = command.failure === undefined ? {} : failureFields(command.failure);
  if (!isTriedAgain(job, command)) return { ...(warm && { warm }), ...(cold && { cold }) };
  const wait = command.retryAfterMs ?? backoffMs(job.attempt, random);
  const again = { status: "queued", attempt: job.attempt + 1, nextAttemptAt: now + wait };
  return { warm: { ...warm, ...again }, ...(cold && { cold }) };
}

function failureFields({ error, traceback }: Failure): { warm: Update; cold: Update } {
  const internal = traceback === null ? null : { traceback };
  return { warm: { errorMessage: shownMessage(error) }, cold: { error, internal } };
}

/** The first request counts: repeating it neither renews it nor changes its reason. */
function cancellation(job: Doc<"jobs">, reason: string | undefined, now: number): Update {
  if (job.cancelRequestedAt !== undefined) return {};
  return { cancelRequestedAt: now, ...(reason !== undefined && { cancelReason: reason }) };
}

function retried(job: Doc<"jobs">): Effects {
  const attempt = job.attempt + 1;
  const again = { attempt, maxAttempts: Math.max(attempt, job.maxAttempts), finishedAt: null };
  const asNew = { nextAttemptAt: null, cancelRequestedAt: null, cancelReason: null };
  return { warm: { ...NO_ERROR.warm, ...again, ...asNew }, cold: NO_ERROR.cold };
}
