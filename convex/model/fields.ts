/** Which words of a record mean a core field. The one place that knows them; `contract/fields.json` lists them. */
import { invalidField } from "../errors";
import { compareValues, type Value } from "convex/values";

const ALIASES = {
  jobId: ["jobId", "job_id", "id"],
  type: ["type"],
  status: ["status"],
  state: ["state"],
  stage: ["stage", "progress_stage", "progressStage"],
  message: ["message"],
  progress: ["progress"],
  completed: ["completed"],
  total: ["total"],
  owner: ["owner", "organisation", "organization"],
  source: ["source"],
  name: ["name"],
  tags: ["tags"],
  parent: ["parent"],
  visibility: ["visibility"],
  attempt: ["attempt"],
  maxAttempts: ["maxAttempts", "max_attempts"],
  run: ["run"],
  error: ["error"],
  retryAfter: ["retryAfter", "retry_after"],
  result: ["result"],
  component: ["component"],
  telemetry: ["telemetry"],
  createdAt: ["createdAt", "created_at"],
} as const;

export type CoreField = keyof typeof ALIASES;

/** Decided by the server; ignored on input, so that a record that was read can be saved again. */
const SERVER_OWNED = [
  ["startedAt", "started_at"],
  ["finishedAt", "finished_at"],
  ["updatedAt", "updated_at"],
  ["nextAttemptAt", "next_attempt_at"],
  ["heartbeatAt", "heartbeat_at"],
  ["leaseExpiresAt", "lease_expires_at"],
  ["cancelRequestedAt", "cancel_requested_at"],
  ["cancelReason", "cancel_reason"],
  ["errorTraceback", "error_traceback"],
] as const;

const CORE_OF_WORD: ReadonlyMap<string, CoreField> = new Map(
  Object.entries(ALIASES).flatMap(([field, words]) => words.map((word) => [word, field as CoreField])),
);
const IGNORED: ReadonlySet<string> = new Set(SERVER_OWNED.flat());

const LARGE: ReadonlySet<string> = new Set(["result", "component", "telemetry"]);

/** Whether a word of a record means a value that may be kept in a file: one of the caller's own, or an outcome. */
export function mayBeLarge(word: string): boolean {
  return LARGE.has(word) || !(CORE_OF_WORD.has(word) || IGNORED.has(word));
}

export type SplitRecord = {
  core: Partial<Record<CoreField, unknown>>;
  payload: Record<string, unknown>;
};

/** Sorts a record's fields into ours and the caller's own. Two words for one field must agree. */
export function splitRecord(fields: Record<string, unknown>): SplitRecord {
  const core: SplitRecord["core"] = {};
  const payload: [string, unknown][] = [];
  for (const [word, value] of Object.entries(fields)) {
    const field = CORE_OF_WORD.get(word);
    if (field === undefined) {
      if (!IGNORED.has(word)) payload.push([word, value]);
    } else if (field in core && !isSame(core[field], value)) {
      throw invalidField(field, `is given twice with different values (as ${word} too); keep one of them`);
    } else {
      core[field] = value;
    }
  }
  return { core, payload: Object.fromEntries(payload) };
}

/** Equality of stored values, whatever the order of an object's keys. */
export function isSame(left: unknown, right: unknown): boolean {
  return compareValues(left as Value | undefined, right as Value | undefined) === 0;
}
