import { getConvexSize, type Value } from "convex/values";
import { Refusal } from "../errors";
import { fieldsOf, isObject } from "./values";

/** Of the large values of a job, or of one event's payload: the rest of Convex's 1 MiB is for everything else. */
export const LARGEST_VALUES_BYTES = 900 * 1024;

export function sizeOf(value: unknown): number {
  return value === undefined ? 0 : getConvexSize(value as Value);
}

/** Refuses values that do not fit into one document together, naming the largest of them. */
export function assertFits(values: Record<string, unknown>): void {
  const sizes = Object.entries(values).map(([field, value]) => ({ field, bytes: sizeOf(value) }));
  const bytes = sizes.reduce((sum, size) => sum + size.bytes, 0);
  if (bytes <= LARGEST_VALUES_BYTES) return;
  const field = largestField(values, sizes);
  throw new Refusal(
    "too_large",
    `${field} is the largest part of ${bytes} bytes; all together may have ${LARGEST_VALUES_BYTES}. ` +
      "Make it smaller, or upload it as an asset",
    { field, bytes, limit: LARGEST_VALUES_BYTES },
  );
}

type FieldSize = { field: string; bytes: number };

function largest(sizes: FieldSize[]): FieldSize {
  return sizes.reduce((most, size) => (size.bytes > most.bytes ? size : most));
}

/** A payload is many fields of the caller's, so it is the largest of those that they know by name. */
function largestField(values: Record<string, unknown>, sizes: FieldSize[]): string {
  const { field } = largest(sizes);
  const { payload } = values;
  if (field !== "payload" || !isObject(payload)) return field;
  const inside = Object.entries(fieldsOf(payload)).map(([key, value]) => ({
    field: key,
    bytes: sizeOf(value),
  }));
  return inside.length === 0 ? field : largest(inside).field;
}
