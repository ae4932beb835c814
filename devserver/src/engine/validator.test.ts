import { v, type GenericValidator, type Value } from "convex/values";
import { expect, test } from "vitest";
import { mismatch, type ValidatorJson } from "./validator.js";

const check = (validator: GenericValidator, value: Value) =>
  mismatch(
    (validator as unknown as { json: ValidatorJson }).json,
    value,
    (id, table) => id === `id of ${table}`,
  );

const accepted: [string, GenericValidator, Value][] = [
  ["a record of optional depth", v.record(v.string(), v.number()), { a: 1, b: 2 }],
  ["an id of its table", v.id("jobs"), "id of jobs"],
  ["any member of a union", v.union(v.literal("a"), v.object({ n: v.int64() })), { n: 1n }],
  ["an absent optional field", v.object({ a: v.optional(v.string()) }), {}],
  ["anything", v.any(), [null, { x: 1 }]],
  ["bytes", v.bytes(), new ArrayBuffer(2)],
  ["an integer literal", v.literal(5n), 5n],
];

test.each(accepted)("%s fits", (_, validator, value) => {
  expect(check(validator, value)).toBeNull();
});

const refused: [string, GenericValidator, Value, string][] = [
  ["a missing field", v.object({ a: v.string() }), {}, "missing the required field `a`"],
  ["an extra field", v.object({}), { b: 1 }, "extra field `b`"],
  ["null for an optional field", v.object({ a: v.optional(v.string()) }), { a: null }, "Path: .a"],
  ["an int64 for a number", v.number(), 1n, "Value: 1n\nValidator: v.float64()"],
  [
    "the place inside arrays and objects",
    v.array(v.object({ a: v.number() })),
    [{ a: 1 }, { a: "x" }],
    "Path: [1].a",
  ],
  ["an id of another table", v.id("jobs"), "id of users", 'Validator: v.id("jobs")'],
  ["a record's value", v.record(v.string(), v.number()), { k: "x" }, "Path: .k"],
  [
    "a union without a match",
    v.union(v.literal("a"), v.literal("b")),
    "c",
    'v.union(v.literal("a"), v.literal("b"))',
  ],
];

test.each(refused)("%s is refused with its reason", (_, validator, value, reason) => {
  expect(check(validator, value)).toContain(reason);
});
