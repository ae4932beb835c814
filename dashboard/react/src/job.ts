/** A job as pages read it: what the wire keeps encoded is plain JSON here. */
import {
  decode,
  decodeKey,
  fieldsOf,
  type Json,
  type JsonObject,
  isObject,
} from "../../../convex/model/values";
import type { JobRecord, PublicJob } from "../../../convex/validators";

export type { Json, JsonObject };

type Encoded = "payload" | "result" | "component" | "telemetry" | "error";

/** One job with everything that is kept of it. Times are ms since epoch; unset fields are absent. */
export type Job = Omit<JobRecord, Encoded> & {
  payload?: JsonObject;
  result?: Json;
  component?: Json;
  telemetry?: Json;
  error?: Json;
};

export function jobOf(record: JobRecord): Job {
  return decoded(record, ["payload", "result", "component", "telemetry", "error"]) as Job;
}

/** What anybody with a link may see of a job. */
export type SharedJob = Omit<PublicJob, "result" | "component"> & { result?: Json; component?: Json };

export function sharedJobOf(record: PublicJob): SharedJob {
  return decoded(record, ["result", "component"]) as SharedJob;
}

function decoded(record: object, fields: string[]): object {
  const plain = Object.entries(record).map(([field, value]: [string, unknown]) => {
    if (!fields.includes(field)) return [field, value];
    return [field, field === "payload" ? plainFields(value) : plainJson(value)];
  });
  return Object.fromEntries(plain) as object;
}

/** One by one: a field that is kept in a file, since it is very large, is shown as where that is. */
function plainFields(payload: unknown): Json {
  if (!isObject(payload)) return plainJson(payload);
  const fields = Object.entries(fieldsOf(payload)).map(([key, value]) => [decodeKey(key), plainJson(value)]);
  return Object.fromEntries(fields) as JsonObject;
}

/** What cannot be decoded was not stored by jobsync, and is shown as it is. */
export function plainJson(encoded: unknown): Json {
  try {
    return decode(encoded);
  } catch {
    return encoded as Json;
  }
}

/** The sentence in a stored error: it is text, or an object that has one. */
export function errorText(error: Json | undefined): string | undefined {
  if (typeof error === "string") return error;
  if (isObject(error) && typeof error.message === "string") return error.message;
  return error === undefined || error === null ? undefined : JSON.stringify(error);
}
