import { expect, test } from "vitest";
import { clockTime } from "./clockTime";

test("a time of day has two digits of each part and three of a second", () => {
  expect(clockTime(new Date(2026, 0, 2, 3, 4, 5, 6))).toBe("03:04:05.006");
});
