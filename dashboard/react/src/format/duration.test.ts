import { expect, test } from "vitest";
import { duration } from "./duration";

test.each([
  [-3, "0 ms"],
  [840, "840 ms"],
  [1_000, "1.0 s"],
  [9_949, "9.9 s"],
  [9_950, "10 s"],
  [59_600, "1 min"],
  [61_000, "1 min 1 s"],
  [7_500_000, "2 h 5 min"],
  [86_400_000, "1 d"],
  [90_000_000, "1 d 1 h"],
])("%d ms are shown as %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});
