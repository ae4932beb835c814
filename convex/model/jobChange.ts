/** What an upsert asks for, read from the words of a record. */
import type { Infer } from "convex/values";
import { invalidField, quoted, Refusal } from "../errors";
import type { retryAfter, run } from "../validators";
import * as check from "./fieldChecks";
import { splitRecord, type SplitRecord } from "./fields";
import { KNOWN_WORDS, type NamedState, stateOfWord, STATES } from "./lifecycle";
import { shownMessage } from "./failure";
import { largeValue } from "./spilledValues";
import { fieldsOf, fileOf, type Json, ValueProblem } from "./values";

/** Fields to set; null clears one, absent leaves it as it is. */
export type Changes<Fields> = { [Key in keyof Fields]?: Fields[Key] | null };

export type WarmFields = {
  type: string;
  owner: string;
  source: string;
  name: string;
  parent: string;
  tags: string[];
  visibility: "public" | "private";
  maxAttempts: number;
  run: Infer<typeof run>;
  retryAfter: Infer<typeof retryAfter>;
  errorMessage: string;
};

export type HotFields = {
  stage: string;
  message: string;
  progress: number;
  completed: number;
  total: number;
};

export type ColdFields = { result: Json; component: Json; telemetry: Json; error: Json };

export type JobChange = {
  jobId: string;
  status?: string;
  state?: NamedState;
  attempt?: number;
  createdAt?: number;
  warm: Changes<WarmFields>;
  hot: Changes<HotFields>;
  cold: Changes<ColdFields>;
  payload: Record<string, Json>;
};

type Check = (field: string, value: unknown) => unknown;

const WARM: { [Key in keyof Omit<WarmFields, "errorMessage">]: Check } = {
  type: check.name,
  owner: check.name,
  source: check.name,
  name: check.name,
  parent: check.identifier,
  tags: tagList,
  visibility: (field, value) => check.oneOf(field, value, ["private", "public"]),
  maxAttempts: check.attemptNumber,
  run: orchestratorRun,
  retryAfter: (field, value) =>
    typeof value === "string" ? check.name(field, value) : check.number(field, value),
};

/** Fields that a job always has: null puts them back to what a new job gets. */
export const WARM_DEFAULTS: Pick<WarmFields, "tags" | "visibility" | "maxAttempts"> = {
  tags: [],
  visibility: "private",
  maxAttempts: 1,
};

const HOT: { [Key in keyof HotFields]: Check } = {
  stage: (field, value) => check.text(field, value, { min: 0, max: 256 }),
  message: (field, value) => check.text(field, value, { min: 0, max: 4000 }),
  progress: (field, value) => check.number(field, value, 100),
  completed: check.number,
  total: check.number,
};

const COLD: { [Key in keyof ColdFields]: Check } = {
  result: largeValue,
  component: largeValue,
  telemetry: largeValue,
  error: check.encodedValue,
};

const MOST_TAGS = 50;
const LONGEST_URL = 2048;

function tagList(field: string, value: unknown): string[] {
  if (!Array.isArray(value)) throw invalidField(field, "must be a list of texts");
  if (value.length > MOST_TAGS)
    throw invalidField(field, `has ${value.length} tags; the limit is ${MOST_TAGS}`);
  return value.map((tag, index) => check.name(`${field}.${index}`, tag));
}

export function orchestratorRun(field: string, value: unknown): WarmFields["run"] {
  const { system, id, url, ...others } = check.object(field, value);
  const [unknownKey] = Object.keys(others);
  if (unknownKey !== undefined) {
    throw invalidField(
      `${field}.${unknownKey}`,
      "is not one of system, id and url; put it in a field of its own",
    );
  }
  return {
    ...(isGiven(system) && { system: check.name(`${field}.system`, system) }),
    ...(isGiven(id) && { id: check.name(`${field}.id`, id) }),
    ...(isGiven(url) && { url: check.text(`${field}.url`, url, { max: LONGEST_URL }) }),
  };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Reads the fields of a table of checks; what is null is to be cleared. */
function changesOf<Fields>(core: SplitRecord["core"], checks: Record<keyof Fields, Check>): Changes<Fields> {
  const changes = Object.entries<Check>(checks).flatMap(([field, checkValue]) => {
    const value = core[field as keyof typeof core];
    if (value === undefined) return [];
    if (fileOf(value) !== null && checkValue !== largeValue) throw tooLargeForDocument(field);
    return [[field, value === null ? null : checkValue(field, value)]];
  });
  return Object.fromEntries(changes) as Changes<Fields>;
}

function tooLargeForDocument(field: string): Refusal {
  return new Refusal("too_large", `${field} is too large for a job; make it smaller`, { field });
}

/** Progress alone, as a progress command gives it. */
export function hotChanges(fields: Record<string, unknown>): Changes<HotFields> {
  return changesOf<HotFields>(fields, HOT);
}

/** The word is the caller's; the state is ours, and only an unknown word needs to say which it means. */
function statusAndState(core: SplitRecord["core"]): Pick<JobChange, "status" | "state"> {
  if (core.status === null) throw invalidField("status", "cannot be cleared; leave it out or give a word");
  const named = isGiven(core.state) ? namedState(core.state) : null;
  if (core.status === undefined) return named === null ? {} : { status: named, state: named };
  const status = check.name("status", core.status);
  const state = stateOfWord(status) ?? named;
  if (state !== null) return { status, state };
  throw new Refusal(
    "unknown_status",
    `status ${quoted(status)} is not known; use one of ${KNOWN_WORDS.join(", ")}, or say which state it means`,
    { field: "status", known: [...KNOWN_WORDS] },
  );
}

/** A record that was read while its job was lost may say so: the job speaks again, so it is running. */
function namedState(value: unknown): NamedState {
  const state = check.oneOf("state", value, STATES);
  return state === "lost" ? "running" : state;
}

function idOf(core: SplitRecord["core"]): string {
  if (!isGiven(core.jobId))
    throw invalidField("jobId", "is missing; give the job's id as jobId, job_id or id");
  return check.identifier("jobId", core.jobId);
}

/** The record's fields, refused if the whole is not one. */
export function recordFields(record: unknown): Record<string, unknown> {
  try {
    return fieldsOf(check.object("record", record));
  } catch (error) {
    if (error instanceof ValueProblem) throw invalidField("record", error.problem);
    throw error;
  }
}

export function jobChange(record: unknown): JobChange {
  const { core, payload } = splitRecord(recordFields(record));
  const cold = changesOf<ColdFields>(core, COLD);
  const warm: Changes<WarmFields> = changesOf<Omit<WarmFields, "errorMessage">>(core, WARM);
  if (cold.error !== undefined) warm.errorMessage = shownMessage(cold.error);
  return {
    jobId: idOf(core),
    ...statusAndState(core),
    ...(isGiven(core.attempt) && { attempt: check.attemptNumber("attempt", core.attempt) }),
    ...(isGiven(core.createdAt) && { createdAt: check.time("createdAt", core.createdAt) }),
    warm,
    hot: hotChanges(core),
    cold,
    payload: Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, largeValue(key, value)])),
  };
}
