import { ConvexError } from "convex/values";
import { expect, test } from "vitest";
import { thrownError } from "./thrownError";

test("an error has its message, its class and its trace", () => {
  const error = new RangeError("too far");

  expect(thrownError(error)).toEqual({ message: "too far", type: "RangeError", traceback: error.stack });
});

test("a ConvexError has the message that its data has for people, or its data as text", () => {
  expect(thrownError(new ConvexError({ code: "x", message: "sold out" }))).toMatchObject({
    message: "sold out",
  });
  expect(thrownError(new ConvexError("sold out"))).toMatchObject({ message: "sold out" });
  expect(thrownError(new ConvexError({ code: 7 })).message).toContain("7");
});

test("what is thrown without being an error is its own message", () => {
  expect(thrownError("plain text")).toEqual({ message: "plain text" });
});

test("a text is cut to what can be stored, half a character too", () => {
  const { message } = thrownError(`${"a".repeat(9999)}😀 and more`);

  expect(message).toBe(`${"a".repeat(9999)}\ufffd`);
});
