import { expect, test } from "vitest";
import type { Json } from "../engine/api.js";
import { decodeTs, encodeTs, floatJson, inFormat, parseFormat } from "./wire.js";

test("every number is written as a float and reads back as itself", () => {
  const value: Json = {
    one: 1,
    list: [0, -3, 2.5, 1e21, 1e-7],
    big: 2 ** 53,
    text: "1",
    none: null,
    yes: true,
  };
  expect(floatJson(value)).toBe(
    '{"one":1.0,"list":[0.0,-3.0,2.5,1e+21,1e-7],"big":9007199254740992.0,"text":"1","none":null,"yes":true}',
  );
  expect(JSON.parse(floatJson(value))).toEqual(value);
});

test("text and keys are escaped as JSON does it", () => {
  const value = { 'a"b\n': "\u2028 ü \\" };
  expect(floatJson(value)).toBe(JSON.stringify(value));
});

test("plain JSON shows 64-bit integers as digits, bytes as base64 and special floats by name", () => {
  const encoded: Json = {
    integer: { $integer: "AQAAAAAAAAA=" },
    bytes: { $bytes: "aGk=" },
    nan: { $float: "AAAAAAAA+H8=" },
    infinity: { $float: "AAAAAAAA8H8=" },
    list: [{ $integer: "//////////8=" }],
  };
  expect(inFormat(encoded, "json")).toEqual({
    integer: "1",
    bytes: "aGk=",
    nan: "NaN",
    infinity: "Infinity",
    list: ["-1"],
  });
  expect(inFormat(encoded, "convex_encoded_json")).toBe(encoded);
});

test("a request without a format gets plain JSON, an unknown format gets none", () => {
  expect(parseFormat(undefined)).toBe("json");
  expect(parseFormat("convex_json")).toBe("convex_encoded_json");
  expect(parseFormat("xml")).toBeNull();
});

test("timestamps are eight little-endian bytes and survive the way there and back", () => {
  expect(encodeTs(1n)).toBe("AQAAAAAAAAA=");
  expect(decodeTs(encodeTs(1_790_000_000_123_456_789n))).toBe(1_790_000_000_123_456_789n);
  expect(decodeTs("AQ==")).toBeNull();
});
