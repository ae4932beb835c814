/** A stored document: immutable once made. */
import { CommitTsPlaceholder, convexToJson, getConvexSize, type Value } from "convex/values";
import type { Json } from "./api.js";

export type Fields = { [field: string]: Value };

export interface Document {
  readonly id: string;
  readonly creationTime: number;
  /** All fields, `_id` and `_creationTime` included. */
  readonly value: Fields;
  readonly size: number;
  /** What the engine keeps with a system row and no function sees. */
  readonly internal?: Json;
}

export function makeDocument(id: string, creationTime: number, fields: Fields, internal?: Json): Document {
  const value = { ...fields, _creationTime: creationTime, _id: id };
  return {
    id,
    creationTime,
    value,
    size: getConvexSize(value),
    ...(internal === undefined ? {} : { internal }),
  };
}

/** Without the fields that the database sets: what a schema describes. */
export function userFields(document: Document): Fields {
  const fields = { ...document.value };
  delete fields["_id"];
  delete fields["_creationTime"];
  return fields;
}

export function documentJson(document: Document): Json {
  return convexToJson(document.value);
}

/** The value at a dotted path; undefined where there is none. */
export function fieldAt(value: Value | undefined, path: string): Value | undefined {
  let current: Value | undefined = value;
  for (const name of path.split(".")) {
    if (!isObject(current) || !Object.hasOwn(current, name)) return undefined;
    current = current[name];
  }
  return current;
}

export function isObject(value: Value | undefined): value is { [field: string]: Value | undefined } {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return !(value instanceof ArrayBuffer || value instanceof CommitTsPlaceholder);
}
