/** Values as HTTP answers carry them. */
import { toBytes, toText } from "#platform";
import type { Json } from "../engine/api.js";

/**
 * JSON in which every number is written as a float (`1.0`): all numbers of Convex are, and the official
 * Python HTTP client refuses integers.
 */
export function floatJson(value: Json): string {
  if (typeof value === "number") return floatLiteral(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(floatJson).join(",")}]`;
  const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}:${floatJson(field)}`);
  return `{${fields.join(",")}}`;
}

function floatLiteral(value: number): string {
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

export type Format = "convex_encoded_json" | "json";

const FORMAT_NAMES: Record<string, Format> = {
  convex_encoded_json: "convex_encoded_json",
  convex_json: "convex_encoded_json",
  json: "json",
  convex_clean_json: "json",
  export_json: "json",
};

/** The format of a request, plain JSON when it names none; null when there is no such format. */
export function parseFormat(name: unknown): Format | null {
  if (name === undefined || name === null) return "json";
  return typeof name === "string" ? (FORMAT_NAMES[name] ?? null) : null;
}

export function inFormat(value: Json, format: Format): Json {
  return format === "json" ? plainJson(value) : value;
}

/** The lossy form: 64-bit integers as decimal strings, bytes as base64, special floats by name. */
function plainJson(value: Json): Json {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(plainJson);
  const entries = Object.entries(value);
  const only = entries.length === 1 ? entries[0] : undefined;
  if (only !== undefined && typeof only[1] === "string") {
    const [tag, base64] = only;
    if (tag === "$integer") return viewOf(base64).getBigInt64(0, true).toString();
    if (tag === "$bytes") return base64;
    if (tag === "$float") return specialFloat(viewOf(base64).getFloat64(0, true));
  }
  return Object.fromEntries(entries.map(([key, field]) => [key, plainJson(field)]));
}

function specialFloat(value: number): Json {
  return Object.is(value, -0) ? 0 : String(value);
}

/** Timestamps travel as base64 of their 8 little-endian bytes. */
export function encodeTs(ts: bigint): string {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, ts, true);
  return toText(bytes, "base64");
}

export function decodeTs(encoded: string): bigint | null {
  const view = viewOf(encoded);
  return view.byteLength === 8 ? view.getBigUint64(0, true) : null;
}

function viewOf(base64: string): DataView {
  const bytes = toBytes(base64, "base64");
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
