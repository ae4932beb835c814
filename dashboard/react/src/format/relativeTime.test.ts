import { expect, test } from "vitest";
import { relativeTime } from "./relativeTime";

const NOW = Date.UTC(2026, 10, 22, 12);

test.each([
  [4_000, "just now"],
  [-4_000, "just now"],
  [5_900, "5 s ago"],
  [59_000, "59 s ago"],
  [185_000, "3 min ago"],
  [2 * 3_600_000 + 5, "2 h ago"],
  [-90_000, "in 1 min"],
])("a time %d ms ago reads %s", (age, text) => {
  expect(relativeTime(NOW - age, NOW)).toBe(text);
});

test("a time more than a week ago is a date", () => {
  expect(relativeTime(NOW - 30 * 86_400_000, NOW)).toContain("2026");
});
