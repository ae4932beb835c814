import { expect, test } from "vitest";
import { parseChange } from "./environment-api.js";

test("a change sets a value, or removes it with null", () => {
  expect(parseChange({ name: "KEY", value: "" })).toEqual(["KEY", ""]);
  expect(parseChange({ name: "KEY", value: null })).toEqual(["KEY", null]);
  expect(parseChange({ name: "KEY" })).toEqual(["KEY", null]);
});

test.each([
  [{ name: "1KEY", value: "x" }, /name "1KEY" must be letters/],
  [{ name: "K".repeat(257), value: "x" }, /at most 256/],
  [{ name: "CONVEX_CLOUD_URL", value: "x" }, /set by the deployment itself/],
  [{ name: "KEY", value: 1 }, /value of KEY must be text/],
  [{ name: "KEY", value: "x".repeat(8193) }, /value of KEY is larger than 8192 bytes/],
  ["KEY=1", /must be an object/],
])("a bad change is refused with what is wrong with it (%#)", (change, message) => {
  expect(() => parseChange(change)).toThrow(message);
});
