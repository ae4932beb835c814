import fc from "fast-check";
import { describe, expect, test } from "vitest";
import contract from "../../contract/values.json";
import {
  decode,
  encode,
  fieldsOf,
  fileOf,
  inFile,
  type Json,
  type JsonObject,
  objectOf,
  VALUE_LIMITS,
  ValueProblem,
} from "./values";

function nested(depth: number, wrap: (inner: Json) => Json): Json {
  return Array.from({ length: depth }).reduce<Json>((inner) => wrap(inner), "core");
}

function fields(count: number): { [key: string]: Json } {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, index]));
}

/** The built cases of the contract: each value, and the path of the container that is packed. */
const packed: Record<string, { value: Json; path: string[] }> = {
  "an object of 1001 fields": { value: fields(1001), path: [] },
  "an array of 8001 items": { value: Array.from({ length: 8001 }, (_, index) => index), path: [] },
  "a key of 1001 escaped characters packs the object that holds it": {
    value: { inner: { [`${"a".repeat(998)}%`]: 1 } },
    path: ["inner"],
  },
  "arrays nested 11 deep pack the 11th": {
    value: nested(11, (inner) => [inner]),
    path: Array<string>(10).fill("0"),
  },
  "objects nested 30 deep pack the 11th": {
    value: nested(30, (a) => ({ a })),
    path: Array<string>(10).fill("a"),
  },
};

function at(value: unknown, path: string[]): unknown {
  return path.reduce((inner, key) => (inner as Record<string, unknown>)[key], value);
}

test("a value in a file is told from every value that a caller can make", () => {
  const { sent, answered, others } = contract.inFile;

  expect([sent, answered].map(fileOf)).toEqual([sent["%file"], answered["%file"]]);
  expect(others.map(fileOf)).toEqual(others.map(() => null));
  expect(fileOf(encode(sent))).toBeNull();
  expect(inFile(fileOf(sent) as JsonObject)).toEqual(sent);
});

test("the limits and the built cases are exactly those of the contract", () => {
  expect(VALUE_LIMITS).toEqual(contract.limits);
  expect(Object.keys(packed)).toEqual(contract.packed.cases);
});

describe.each(contract.cases)("$name", ({ plain, encoded }) => {
  test("is encoded as the contract says", () => expect(encode(plain)).toEqual(encoded));
  test("is decoded to what it was", () => expect(decode(encoded)).toEqual(plain));
});

describe.each(Object.entries(packed))("%s", (_, { value, path }) => {
  test("is packed as JSON text at that place, and unpacked when it is read", () => {
    const encoded = encode(value);

    expect(at(encoded, path)).toEqual({ "%json": JSON.stringify(at(value, path)) });
    expect(decode(encoded)).toEqual(value);
  });
});

function storableNumber(_key: string, value: Json): Json {
  return typeof value === "number" && Math.abs(value) > 2 ** 53 ? String(value) : value;
}

test("any JSON comes back as it was", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 14, stringUnit: "grapheme" }), (value) => {
      const plain = JSON.parse(JSON.stringify(value), storableNumber) as Json;
      expect(decode(encode(plain))).toEqual(plain);
    }),
  );
});

test("no encoded key is one that Convex refuses", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: "binary", maxLength: 20 }), fc.constant(1)), (value) => {
      expect(
        Object.keys(encode(value) as object).filter((key) => !/^(?![$_])[\x20-\x7e]+$/.test(key)),
      ).toEqual([]);
    }),
  );
});

test("minus zero becomes zero", () => {
  expect(Object.is(encode(-0), 0)).toBe(true);
});

test.each([
  ["NaN", { a: { b: [NaN] } }, "a.b.0"],
  ["infinity", { a: -Infinity }, "a"],
  ["a whole number beyond 2^53", { a: 2 ** 53 + 2 }, "a"],
  ["half of a surrogate pair", { a: "\ud800" }, "a"],
  ["a buffer", { a: new ArrayBuffer(1) }, "a"],
  ["a big integer", { a: 1n }, "a"],
])("%s is refused with the path to it, from both sides", (_, value, path) => {
  expect(() => encode(value)).toThrow(expect.objectContaining({ path }) as Error);
  expect(() => decode(value)).toThrow(ValueProblem);
});

test("half of a surrogate pair in a key is refused, too", () => {
  expect(() => encode({ "\ud800": 1 })).toThrow(ValueProblem);
});

test.each([
  ["a key that is not percent-encoded", { "100%": 1 }],
  ["a packed text that is not JSON", { a: { "%json": "{" } }],
])("%s is refused when decoded", (_, value) => {
  expect(() => decode(value)).toThrow(ValueProblem);
});

test("the fields of a packed object can be read and changed without unpacking their values", () => {
  const encoded = encode({ ...fields(1001), $own: { _a: 1 } }) as Record<string, unknown>;
  const own = fieldsOf(encoded);

  expect(own["%24own"]).toEqual({ "%5Fa": 1 });
  expect(decode(objectOf({ ...own, f0: "new" }))).toEqual({
    ...fields(1001),
    $own: { _a: 1 },
    f0: "new",
  });
});
