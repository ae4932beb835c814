import type { JSONValue } from "convex/values";
import { expect, test } from "vitest";
import { compileFilter, type Expression } from "./filter.js";

const field = (path: string): Expression => ({ $field: path });
const literal = (value: JSONValue): Expression => ({ $literal: value });

const cases: [string, Expression, boolean][] = [
  ["a missing field is undefined", { $eq: [field("none"), literal({ $undefined: null })] }, true],
  ["a missing field sorts before everything", { $lt: [field("none"), literal(null)] }, true],
  ["types order as Convex orders them", { $lt: [field("n"), literal("text")] }, true],
  ["a nested field", { $eq: [field("o.p"), literal("deep")] }, true],
  ["a path through a value that is no object", { $eq: [field("n.p"), literal({ $undefined: null })] }, true],
  ["arithmetic", { $eq: [{ $mod: [{ $mul: [field("n"), literal(4)] }, literal(5)] }, literal(2)] }, true],
  ["negation", { $gt: [{ $neg: field("n") }, literal(0)] }, false],
  ["objects compare by content", { $eq: [field("o"), literal({ p: "deep" })] }, true],
  ["and, or, not", { $and: [{ $or: [literal(false), literal(true)] }, { $not: literal(false) }] }, true],
  ["a number is no condition", field("n"), false],
];

test.each(cases)("%s", (_, expression, expected) => {
  expect(compileFilter(expression)({ n: 3, o: { p: "deep" } })).toBe(expected);
});

test("operands that do not fit their operator are refused", () => {
  const refuse = (expression: Expression) => () => compileFilter(expression)({ n: 3 });
  expect(refuse({ $not: field("n") })).toThrow("must be booleans");
  expect(refuse({ $add: [field("n"), literal("x")] })).toThrow("must be two numbers of the same type");
  expect(refuse({ $power: [field("n"), literal(2)] })).toThrow('Unknown operator "$power"');
});
