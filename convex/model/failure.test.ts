import { expect, test } from "vitest";
import { shownMessage, splitFailure } from "./failure";
import { encode } from "./values";

const TRACEBACK = "Traceback (most recent call last):\n  File x\nValueError: no";

test.each([
  ["text", "out of memory", "out of memory"],
  ["an object with a message", { message: "out of memory", code: 7 }, "out of memory"],
  ["a traceback", TRACEBACK, "ValueError: no"],
  ["text before a traceback", `failed: ${TRACEBACK}`, "failed:"],
  ["an object without a message", { code: 7 }, null],
  ["null", null, null],
])("what may be shown of an error that is %s leaves out any traceback", (_, error, message) => {
  expect(shownMessage(error)).toBe(message);
});

test.each([
  [
    "a field",
    { message: "no", type: "ValueError", traceback: "File x" },
    { message: "no", type: "ValueError" },
    "File x",
  ],
  ["the text itself", TRACEBACK, "ValueError: no", TRACEBACK],
  ["nowhere", { message: "no" }, { message: "no" }, null],
  ["nowhere in a text", "no", "no", null],
  ["not text", { traceback: [1] }, { traceback: [1] }, null],
])("a traceback that is %s is taken out of the error", (_, given, error, traceback) => {
  expect(splitFailure(given)).toEqual({ error, traceback });
});

test("a traceback is taken out of a packed error, too", () => {
  const many = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`f${index}`, index]));
  const { error, traceback } = splitFailure(encode({ ...many, traceback: "File x" }));

  expect(traceback).toBe("File x");
  expect(JSON.stringify(error)).not.toContain("File x");
});
