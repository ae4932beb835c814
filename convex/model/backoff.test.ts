import fc from "fast-check";
import { expect, test } from "vitest";
import { backoffMs } from "./backoff";

test("each attempt waits twice as long as the one before, and none longer than five minutes", () => {
  expect([1, 2, 3, 9, 10, 1_000_000].map((attempt) => backoffMs(attempt, 1))).toEqual([
    1000, 2000, 4000, 256_000, 300_000, 300_000,
  ]);
});

test("a wait is between half and the whole of it", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, random) => {
        const wait = backoffMs(attempt, random);
        expect(wait).toBeGreaterThanOrEqual(backoffMs(attempt, 0));
        expect(wait).toBeLessThanOrEqual(backoffMs(attempt, 1));
        expect(backoffMs(attempt, 0)).toBe(backoffMs(attempt, 1) / 2);
      },
    ),
  );
});
