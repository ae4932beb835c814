import type { Value } from "convex/values";
import { expect, test } from "vitest";
import { checkDocument } from "./value-limits.js";

const nested = (depth: number): Value => (depth === 0 ? 1 : { a: nested(depth - 1) });
const fields = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}`, at]));

test("a document at the limits is taken", () => {
  checkDocument({ deep: nested(15) });
  checkDocument(fields(1024));
  checkDocument({ list: new Array<Value>(8192).fill(1) });
  checkDocument({ text: "x".repeat((1 << 20) - 100) });
});

const over: [string, { [field: string]: Value }, RegExp][] = [
  ["nesting", { deep: nested(16) }, /too deeply nested at path \.deep/],
  ["fields", fields(1025), /too many fields \(1025/],
  ["an array", { list: new Array<Value>(8193).fill(1) }, /too long .* at path \.list/],
  ["size", { text: "x".repeat(1 << 20) }, /too large \(\d+ bytes > maximum size 1048576/],
  ["a reserved name", { _secret: 1 }, /_secret starts with an underscore/],
  ["half a surrogate pair", { a: [{ b: "\ud800" }] }, /not valid Unicode at path \.a\[0\]\.b/],
];

test.each(over)("over the limit of %s is refused, naming the field", (_, document, message) => {
  expect(() => checkDocument(document)).toThrow(message);
});
