import { expect, test } from "vitest";
import { counted } from "./counted";

test.each([
  [0, "0 events"],
  [1, "1 event"],
  [12, "12 events"],
])("%d is said as %s", (count, text) => {
  expect(counted(count, "event")).toBe(text);
});
