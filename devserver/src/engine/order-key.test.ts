import { compareValues, type Value } from "convex/values";
import fc from "fast-check";
import { expect, test } from "vitest";
import { AFTER, orderKey } from "./order-key.js";

const leaves: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.double(),
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity),
  fc.boolean(),
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "a", "a\u0000", "a\u0000b", "\u{10000}", "\uffff"),
  fc.uint8Array({ maxLength: 4 }).map((bytes) => new Uint8Array(bytes).buffer),
);
const values = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaves,
    fc.array(tie("value"), { maxLength: 3 }),
    fc
      .dictionary(fc.constantFrom("a", "ab", "b"), tie("value"), { maxKeys: 3 })
      .map((fields) => ({ ...fields })),
  ),
})).value;
const orUndefined = fc.option(values, { nil: undefined, freq: 10 });

const sign = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

test("keys order as Convex orders the values", () => {
  fc.assert(
    fc.property(orUndefined, orUndefined, (a, b) => {
      expect(sign(orderKey(a), orderKey(b))).toBe(Math.sign(compareValues(a, b)));
    }),
    { numRuns: 5_000 },
  );
});

test("keys of several fields order by the first field that differs, and stay inside their prefix", () => {
  fc.assert(
    fc.property(values, values, values, values, (a, b, c, d) => {
      const expected = Math.sign(compareValues(a, c)) || Math.sign(compareValues(b, d));
      expect(sign(orderKey(a) + orderKey(b), orderKey(c) + orderKey(d))).toBe(expected);
      expect(orderKey(a) + orderKey(b) < orderKey(a) + AFTER).toBe(true);
    }),
  );
});
