/**
 * `ctx.db.vars.commitTs`: stands in what a mutation writes for the timestamp of its commit.
 *
 * Until the commit it counts as the largest integer, so that the mutation itself sees it after all others.
 */
import { CommitTsPlaceholder, convexToJson, jsonToConvex, type Value } from "convex/values";
import type { Json } from "./api.js";
import { isObject, makeDocument, userFields } from "./document.js";
import type { Write } from "./read-set.js";

export const UNRESOLVED = 2n ** 63n - 1n;

/** As system calls spell it; the quotes would be escaped in a user's text. */
const ENCODED = '{"$commitTs":null}';

export function mentionsCommitTs(jsonText: string): boolean {
  return jsonText.includes(ENCODED);
}

export function resolveWrites(writes: Write[], ts: bigint): Write[] {
  return writes.map((write) => {
    if (write.after === null) return write;
    const { id, creationTime, internal } = write.after;
    const fields = resolveFields(userFields(write.after), ts);
    return { ...write, after: makeDocument(id, creationTime, fields, internal) };
  });
}

export function resolveResult(result: Json, ts: bigint): Json {
  return mentionsCommitTs(JSON.stringify(result)) ? convexToJson(resolve(jsonToConvex(result), ts)) : result;
}

function resolve(value: Value, ts: bigint): Value {
  if (value instanceof CommitTsPlaceholder) return ts;
  if (Array.isArray(value)) return value.map((element) => resolve(element, ts));
  return isObject(value) ? resolveFields(value as { [field: string]: Value }, ts) : value;
}

function resolveFields(fields: { [field: string]: Value }, ts: bigint): { [field: string]: Value } {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, resolve(value, ts)]));
}
