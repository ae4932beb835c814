/** Turns the range expression of `.withIndex(name, q => …)` into an interval of the index's keys. */
import type { JSONValue } from "convex/values";
import { decodeOrUndefined } from "./filter.js";
import { AFTER, orderKey } from "./order-key.js";
import type { Interval } from "./read-set.js";

export interface RangeExpression {
  type: "Eq" | "Gt" | "Gte" | "Lt" | "Lte";
  fieldPath: string;
  value: JSONValue;
}

/** Equalities on the first fields, then at most one lower and one upper bound on the next. */
export function indexInterval(fields: readonly string[], range: readonly RangeExpression[]): Interval {
  const bounds = range.findIndex(({ type }) => type !== "Eq");
  const equalities = bounds === -1 ? range : range.slice(0, bounds);
  const rest = bounds === -1 ? [] : range.slice(bounds);
  let prefix = "";
  equalities.forEach((expression, at) => {
    expectField(expression, fields[at]);
    prefix += orderKey(decodeOrUndefined(expression.value));
  });
  const interval = { start: prefix, end: prefix + AFTER };
  applyBounds(interval, prefix, rest, fields[equalities.length]);
  return interval;
}

function applyBounds(
  interval: Interval,
  prefix: string,
  bounds: readonly RangeExpression[],
  field: string | undefined,
): void {
  const sides = new Set<string>();
  for (const expression of bounds) {
    const side = expression.type[0]!;
    if (side === "E") fail(`cannot chain \`.eq()\` after \`.${bounds[0]!.type.toLowerCase()}()\``);
    if (sides.has(side))
      fail(`cannot chain \`.${expression.type.toLowerCase()}()\` after another bound of that side`);
    sides.add(side);
    expectField(expression, field);
    const key = prefix + orderKey(decodeOrUndefined(expression.value));
    if (expression.type === "Gt") interval.start = key + AFTER;
    else if (expression.type === "Gte") interval.start = key;
    else if (expression.type === "Lt") interval.end = key;
    else interval.end = key + AFTER;
  }
}

function expectField(expression: RangeExpression, expected: string | undefined): void {
  if (expression.fieldPath === expected) return;
  throw new Error(
    `Incorrect field used in \`withIndex\`, expected "${expected ?? "no more fields"}", got "${expression.fieldPath}"`,
  );
}

function fail(reason: string): never {
  throw new Error(`Incorrect operator used in \`withIndex\`, ${reason}`);
}
