/**
 * Turns values into strings whose plain comparison is Convex's order of values.
 *
 * Each character is one byte (0–255), so the engine keeps keys in one-byte strings and compares them with
 * `<`. Every encoding is self-delimiting: keys of several fields are concatenated, and all keys that start
 * with a given prefix lie in `[prefix, prefix + AFTER)`.
 */
import { toBytes, toText } from "#platform";
import { CommitTsPlaceholder, type Value } from "convex/values";
import { UNRESOLVED } from "./commit-timestamp.js";

/** Sorts after every continuation of a key, because type tags are small. */
export const AFTER = "\xff";

const TERMINATOR = "\x00";
const scratch = new Uint8Array(8);
const scratchView = new DataView(scratch.buffer);

export function orderKey(value: Value | undefined): string {
  if (value === undefined) return "\x01";
  if (value === null) return "\x02";
  switch (typeof value) {
    case "bigint":
      return "\x03" + integerKey(value);
    case "number":
      return "\x04" + floatKey(value);
    case "boolean":
      return value ? "\x05\x01" : "\x05\x00";
    case "string":
      return "\x06" + bytesKey(toBytes(value, "utf8"));
  }
  if (value instanceof CommitTsPlaceholder) return orderKey(UNRESOLVED);
  if (value instanceof ArrayBuffer) return "\x07" + bytesKey(new Uint8Array(value));
  if (Array.isArray(value)) return "\x08" + value.map(orderKey).join("") + TERMINATOR;
  return "\x09" + fieldsKey(value) + TERMINATOR;
}

function fieldsKey(value: Record<string, Value | undefined>): string {
  const names = Object.keys(value).sort();
  return names.map((name) => orderKey(name) + orderKey(value[name])).join("");
}

function integerKey(value: bigint): string {
  scratchView.setBigInt64(0, value);
  scratch[0]! ^= 0x80;
  return toText(scratch, "latin1");
}

/** IEEE total order: flip the sign of positive numbers, all bits of negative ones. */
function floatKey(value: number): string {
  scratchView.setFloat64(0, value);
  if (scratch[0]! & 0x80) for (let i = 0; i < 8; i++) scratch[i]! ^= 0xff;
  else scratch[0]! ^= 0x80;
  return toText(scratch, "latin1");
}

/** A zero byte inside is followed by 0xff, so that the terminator sorts before every longer string. */
function bytesKey(bytes: Uint8Array): string {
  const text = toText(bytes, "latin1");
  return (text.includes("\x00") ? text.replaceAll("\x00", "\x00\xff") : text) + "\x00\x00";
}
