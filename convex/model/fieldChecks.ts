/** What a field may hold. Each check answers the value or refuses with the field's name and what to do. */
import { invalidField, quoted } from "../errors";
import { decode, isObject, type Json, ValueProblem } from "./values";

const MOST_ATTEMPTS = 1_000_000;
// The range of a date in ECMAScript: beyond it a time cannot be shown.
const LATEST_TIME = 8.64e15;

type TextRule = { min?: number; max: number };

/** `max` counts characters as people do: code points, so that both languages agree. */
export function text(field: string, value: unknown, { min = 1, max }: TextRule): string {
  if (typeof value !== "string") throw invalidField(field, `must be text; it is ${kindOf(value)}`);
  const { length } = Array.from(value);
  if (length < min) throw invalidField(field, "is empty; give at least one character");
  if (length > max) throw invalidField(field, `has ${length} characters; the limit is ${max}`);
  if (/\p{Surrogate}/u.test(value)) throw invalidField(field, "contains half of a surrogate pair");
  return value;
}

/** A name of 1 to 256 characters. */
export function name(field: string, value: unknown): string {
  return text(field, value, { max: 256 });
}

/** A name that ends up in addresses and logs: no control characters either. */
export function identifier(field: string, value: unknown): string {
  const checked = name(field, value);
  if (/\p{Cc}/u.test(checked)) throw invalidField(field, "contains a control character; remove it");
  return checked;
}

export function number(field: string, value: unknown, max = Number.MAX_VALUE, min = 0): number {
  if (typeof value !== "number") throw invalidField(field, `must be a number; it is ${kindOf(value)}`);
  if (value >= min && value <= max) return value === 0 ? 0 : value;
  const range = max === Number.MAX_VALUE ? `${min} or more` : `from ${min} to ${max}`;
  throw invalidField(field, `must be ${range}; it is ${value}`);
}

export function attemptNumber(field: string, value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MOST_ATTEMPTS)
    return value;
  throw invalidField(field, "must be a whole number from 1");
}

export function time(field: string, value: unknown): number {
  return number(field, value, LATEST_TIME);
}

export function oneOf<Word extends string>(field: string, value: unknown, words: readonly Word[]): Word {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  const given = typeof value === "string" ? quoted(value) : kindOf(value);
  throw invalidField(field, `must be one of ${words.join(", ")}; it is ${given}`);
}

export function flag(field: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw invalidField(field, `must be true or false; it is ${kindOf(value)}`);
  return value;
}

export function object(field: string, value: unknown): Record<string, unknown> {
  if (!isObject(value)) throw invalidField(field, `must be an object; it is ${kindOf(value)}`);
  return value;
}

/** An encoded value: decoding it is the check. */
export function encodedValue(field: string, value: unknown): Json {
  try {
    decode(value);
  } catch (error) {
    if (!(error instanceof ValueProblem)) throw error;
    throw invalidField(error.path === "" ? field : `${field}.${error.path}`, error.problem);
  }
  return value as Json;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "missing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
