/** How plain JSON is stored where Convex has rules of its own; `contract/values.json` has the cases. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export const VALUE_LIMITS = { depth: 10, fields: 1000, items: 8000, keyLength: 1000 };

const PACKED = "%json";
const IN_FILE = "%file";
const MAX_SAFE = 2 ** 53;

/** What cannot be stored, with the path to it: the caller knows which field it is in. */
export class ValueProblem extends Error {
  constructor(
    readonly path: string,
    readonly problem: string,
  ) {
    super(`${path} ${problem}`);
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  // By tag, since an object of another realm has another prototype; leaves out arrays, dates and buffers.
  return Object.prototype.toString.call(value) === "[object Object]";
}

function percent(character: string): string {
  return Array.from(new TextEncoder().encode(character), (byte) => {
    return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
}

export function encodeKey(key: string): string {
  if (key === "") return "%";
  return key.replace(/^[$_]|[^\x20-\x7e]|%/gu, percent);
}

export function decodeKey(key: string): string {
  return key === "%" ? "" : decodeURIComponent(key);
}

/** Checks a leaf and answers it as it is stored. */
function leaf(value: unknown, path: string): Json {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") {
    if (/\p{Surrogate}/u.test(value)) throw new ValueProblem(path, "contains half of a surrogate pair");
    return value;
  }
  if (typeof value !== "number") throw new ValueProblem(path, "is not plain JSON");
  if (!Number.isFinite(value)) throw new ValueProblem(path, "is not a finite number");
  if (Number.isInteger(value) && Math.abs(value) > MAX_SAFE) {
    throw new ValueProblem(path, "is a whole number beyond 2^53; store it as text");
  }
  return value === 0 ? 0 : value;
}

function pathTo(path: string, key: string | number): string {
  return path === "" ? String(key) : `${path}.${key}`;
}

/** The same value with its leaves checked and every number as it is stored, keys untouched. */
function checked(value: unknown, path: string): Json {
  if (Array.isArray(value)) return value.map((item, index) => checked(item, pathTo(path, index)));
  if (!isObject(value)) return leaf(value, path);
  const entries = Object.entries(value).map(([key, item]): [string, Json] => {
    leaf(key, pathTo(path, "key"));
    return [key, checked(item, pathTo(path, key))];
  });
  return Object.fromEntries(entries);
}

function pack(value: Json): JsonObject {
  return packed(JSON.stringify(value));
}

function encodeChecked(value: Json, depth: number): Json {
  if (typeof value !== "object" || value === null) return value;
  if (depth > VALUE_LIMITS.depth) return pack(value);
  if (Array.isArray(value)) {
    if (value.length > VALUE_LIMITS.items) return pack(value);
    return value.map((item) => encodeChecked(item, depth + 1));
  }
  const entries = Object.entries(value).map(([key, item]) => [encodeKey(key), item] as const);
  const isTooLong = entries.some(([key]) => key.length > VALUE_LIMITS.keyLength);
  if (isTooLong || entries.length > VALUE_LIMITS.fields) return pack(value);
  return Object.fromEntries(entries.map(([key, item]) => [key, encodeChecked(item, depth + 1)]));
}

/** Plain JSON as it travels and is stored; throws `ValueProblem` for what JSON or a number cannot hold. */
export function encode(plain: unknown): Json {
  return encodeChecked(checked(plain, ""), 1);
}

/** Where a value is that a file holds. No encoded key is this word, so no value of a caller's looks like that. */
export function fileOf(value: unknown): Record<string, unknown> | null {
  const file = isObject(value) && Object.keys(value).length === 1 ? value[IN_FILE] : null;
  return isObject(file) ? file : null;
}

export function inFile(file: JsonObject): JsonObject {
  return { [IN_FILE]: file };
}

/** JSON text as an encoded value. */
export function packed(text: string): JsonObject {
  return { [PACKED]: text };
}

function packedText(value: Record<string, unknown>): string | null {
  const text = value[PACKED];
  return typeof text === "string" && Object.keys(value).length === 1 ? text : null;
}

function parsePacked(text: string, path: string): Json {
  try {
    return checked(JSON.parse(text), path);
  } catch (error) {
    if (error instanceof ValueProblem) throw error;
    throw new ValueProblem(path, `holds a "${PACKED}" that is not valid JSON`);
  }
}

function decodeAt(value: unknown, path: string): Json {
  if (Array.isArray(value)) return value.map((item, index) => decodeAt(item, pathTo(path, index)));
  if (!isObject(value)) return leaf(value, path);
  const text = packedText(value);
  if (text !== null) return parsePacked(text, path);
  const entries = Object.entries(value).map(([key, item]): [string, Json] => {
    return [decodeKeyAt(key, path), decodeAt(item, pathTo(path, key))];
  });
  return Object.fromEntries(entries);
}

function decodeKeyAt(key: string, path: string): string {
  try {
    return decodeKey(key);
  } catch {
    throw new ValueProblem(pathTo(path, key), "is not a percent-encoded key");
  }
}

/** The plain JSON of an encoded value; throws `ValueProblem` if it is not one, so it is also the check. */
export function decode(encoded: unknown): Json {
  return decodeAt(encoded, "");
}

/**
 * The fields of an encoded object, their keys and values still encoded, also when the whole object is packed.
 * The answer may have more fields than Convex allows: it is for use in memory.
 */
export function fieldsOf(encoded: Record<string, unknown>): Record<string, unknown> {
  const text = packedText(encoded);
  if (text === null) return encoded;
  const plain = parsePacked(text, "");
  if (!isObject(plain)) return encoded;
  return Object.fromEntries(
    Object.entries(plain).map(([key, item]) => [encodeKey(key), encodeChecked(item, 2)]),
  );
}

/** The opposite of `fieldsOf`: one encoded object, packed again if it has become too large for fields. */
export function objectOf(fields: Record<string, Json>): JsonObject {
  const keys = Object.keys(fields);
  const fits =
    keys.length <= VALUE_LIMITS.fields && keys.every((key) => key.length <= VALUE_LIMITS.keyLength);
  return fits ? fields : pack(decode(fields));
}
