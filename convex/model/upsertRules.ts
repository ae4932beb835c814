/** What an upsert does to a job: from what is stored and what is asked, the documents' changes. Pure. */
import type { Doc } from "../_generated/dataModel";
import { isSame } from "./fields";
import { type JobChange, WARM_DEFAULTS } from "./jobChange";
import { isTerminal, mayMove, type NamedState, type State } from "./lifecycle";
import { fieldsOf, type Json, objectOf } from "./values";

/** Fields to write; undefined removes one. Empty when nothing differs. */
export type Update = Record<string, unknown>;

export type UpsertDecision = {
  outcome: "applied" | "unchanged" | "stale";
  warm: Update;
  hot: Update;
  cold: Update;
};

const STALE: UpsertDecision = { outcome: "stale", warm: {}, hot: {}, cold: {} };

/** The stored documents that the change may touch; one that does not exist, or is not needed, is null. */
export type StoredJob = {
  job: Doc<"jobs"> | null;
  progress: Doc<"jobProgress"> | null;
  details: Doc<"jobDetails"> | null;
};

export function decideUpsert(stored: StoredJob, change: JobChange, now: number): UpsertDecision {
  const { job } = stored;
  if (job !== null && isLate(job, change)) return STALE;
  const isOver = job !== null && isTerminal(job.state) && change.status === undefined;
  const warm = differences(job ?? {}, warmTarget(job, change, now));
  const wantedHot = differences(stored.progress ?? {}, change.hot);
  const hot = isOver ? {} : wantedHot;
  const cold = differences(stored.details ?? {}, coldTarget(stored.details, change));
  if (!isEmpty(warm) || !isEmpty(hot) || !isEmpty(cold)) return { outcome: "applied", warm, hot, cold };
  return isEmpty(wantedHot) ? { outcome: "unchanged", warm, hot, cold } : STALE;
}

function isEmpty(update: Update): boolean {
  return Object.keys(update).length === 0;
}

/** An older attempt, or a move that the job is past. */
function isLate(job: Doc<"jobs">, change: JobChange): boolean {
  const attempt = change.attempt ?? job.attempt;
  if (attempt < job.attempt || (attempt > job.attempt && isTerminal(job.state))) return true;
  return change.state !== undefined && !mayMove(job.state, change.state, attempt > job.attempt);
}

/** Only what differs from the stored document, null turned into Convex's word for "no such field". */
function differences(current: Update, target: Update): Update {
  const wanted = Object.entries(target).map(([key, value]) => [key, value ?? undefined] as const);
  return Object.fromEntries(wanted.filter(([key, value]) => !isSame(current[key], value)));
}

function warmTarget(job: Doc<"jobs"> | null, change: JobChange, now: number): Update {
  const named = withDefaults(change.warm);
  const state = change.state ?? job?.state ?? "queued";
  const identity = job === null ? newJob(change, now) : {};
  return {
    ...identity,
    ...named,
    ...(change.status !== undefined && { status: change.status, state }),
    ...(change.attempt !== undefined && { attempt: change.attempt }),
    ...transitionTimes(job, state, now),
  };
}

function newJob(change: JobChange, now: number): Update {
  return {
    ...WARM_DEFAULTS,
    jobId: change.jobId,
    status: "queued",
    state: "queued" satisfies NamedState,
    attempt: 1,
    createdAt: change.createdAt ?? now,
  };
}

function withDefaults(warm: JobChange["warm"]): Update {
  const cleared = Object.entries(WARM_DEFAULTS).filter(([key]) => warm[key as keyof typeof warm] === null);
  return { ...warm, ...Object.fromEntries(cleared) };
}

function transitionTimes(job: Doc<"jobs"> | null, state: State, now: number): Update {
  return {
    ...(state === "running" && job?.startedAt === undefined && { startedAt: now }),
    ...(isTerminal(state) && job?.finishedAt === undefined && { finishedAt: now }),
  };
}

/** Payload is merged key by key: its nulls are the caller's values, so none of them clears anything. */
function coldTarget(details: Doc<"jobDetails"> | null, change: JobChange): Update {
  if (Object.keys(change.payload).length === 0) return change.cold;
  const stored = details?.payload === undefined ? {} : fieldsOf(details.payload as Record<string, Json>);
  return { ...change.cold, payload: objectOf({ ...stored, ...change.payload } as Record<string, Json>) };
}
