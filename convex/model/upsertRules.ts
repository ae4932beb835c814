/** What an upsert does to a job: from what is stored and what is asked, the documents' changes. Pure. */
import { invalidField } from "../errors";
import type { Doc } from "../server";
import { type Decision, differences, hasFields, STALE, type StoredJob, type Update } from "./documentChanges";
import { isSame } from "./fields";
import { type JobChange, WARM_DEFAULTS } from "./jobChange";
import { isTerminal, mayMove, type NamedState } from "./lifecycle";
import { stateFields } from "./stateFields";
import { fieldsOf, fileOf, type Json, objectOf, VALUE_LIMITS } from "./values";

export function decideUpsert(stored: StoredJob, change: JobChange, now: number): Decision {
  const { job } = stored;
  if (job !== null && isLate(job, change)) return STALE;
  const isOver = job !== null && isTerminal(job.state) && change.status === undefined;
  const warm = differences(job, warmTarget(job, change, now));
  const wantedHot = differences(stored.progress, change.hot);
  const hot = isOver ? {} : wantedHot;
  const cold = differences(stored.details, coldTarget(stored.details, change));
  if ([warm, hot, cold].some(hasFields)) return { outcome: "applied", warm, hot, cold };
  return hasFields(wantedHot) ? STALE : { outcome: "unchanged", warm, hot, cold };
}

/** An older attempt, or a move that the job is past. */
function isLate(job: Doc<"jobs">, change: JobChange): boolean {
  const attempt = change.attempt ?? job.attempt;
  if (attempt < job.attempt || (attempt > job.attempt && isTerminal(job.state))) return true;
  return change.state !== undefined && !mayMove(job.state, change.state, attempt > job.attempt);
}

function warmTarget(job: Doc<"jobs"> | null, change: JobChange, now: number): Update {
  const named = withDefaults(change.warm);
  const state = change.state ?? job?.state ?? "queued";
  const identity = job === null ? newJob(change, now) : {};
  return {
    ...identity,
    ...named,
    ...(change.status !== undefined && { status: change.status, state }),
    ...(change.attempt !== undefined && { attempt: change.attempt, ...withoutLease(job, change.attempt) }),
    ...stateFields(job, state, now),
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

/** A lease is of one attempt, and so is its watcher. */
function withoutLease(job: Doc<"jobs"> | null, attempt: number): Update {
  return job === null || job.attempt === attempt ? {} : { leaseMs: null };
}

function withDefaults(warm: JobChange["warm"]): Update {
  const cleared = Object.entries(WARM_DEFAULTS).filter(([key]) => warm[key as keyof typeof warm] === null);
  return { ...warm, ...Object.fromEntries(cleared) };
}

/** Payload is merged key by key: its nulls are the caller's values, so none of them clears anything. */
function coldTarget(details: Doc<"jobDetails"> | null, change: JobChange): Update {
  const { error } = change.cold;
  // A traceback belongs to the error that it came with.
  const isOther = error !== undefined && !isSame(error ?? undefined, details?.error as unknown);
  const cold = { ...change.cold, ...(isOther && { internal: null }) };
  if (!hasFields(change.payload)) return cold;
  const stored = details?.payload === undefined ? {} : fieldsOf(details.payload as Record<string, Json>);
  return { ...cold, payload: payloadOf({ ...stored, ...change.payload } as Record<string, Json>) };
}

/** Very many fields are kept as one text, in which none can be a file's. */
function payloadOf(fields: Record<string, Json>): Json {
  const isPacked = Object.keys(fields).length > VALUE_LIMITS.fields;
  if (!isPacked || Object.values(fields).every((value) => fileOf(value) === null)) return objectOf(fields);
  throw invalidField("payload", "has over 1,000 fields, some of them very large; put them into one field");
}
