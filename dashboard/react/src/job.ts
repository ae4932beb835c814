/** A job as pages read it: what the wire keeps encoded is plain JSON here. */
import { decode, type Json, type JsonObject, isObject } from "../../../convex/model/values";
import type { JobRecord } from "../../../convex/validators";

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

const ENCODED: readonly Encoded[] = ["payload", "result", "component", "telemetry", "error"];

export function jobOf(record: JobRecord): Job {
  const plain = ENCODED.filter((field) => record[field] !== undefined).map((field) => {
    return [field, plainJson(record[field])];
  });
  return { ...record, ...Object.fromEntries(plain) } as Job;
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
