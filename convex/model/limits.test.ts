import { expect, test } from "vitest";
import { assertScope, isWithinLimits, SCOPES } from "./limits";

test("each scope includes those before it, and none after it", () => {
  const allowed = SCOPES.map((held) =>
    SCOPES.filter((needed) => {
      try {
        assertScope({ scope: held, limits: {} }, needed);
        return true;
      } catch {
        return false;
      }
    }),
  );

  expect(allowed).toEqual(SCOPES.map((_, index) => SCOPES.slice(0, index + 1)));
});

test("every limit that a token has must hold", () => {
  const job = { jobId: "j", owner: "me", tags: ["a", "b"] };

  expect(isWithinLimits({}, job)).toBe(true);
  expect(isWithinLimits({ job: "j", owner: "me", tag: "b" }, job)).toBe(true);
  expect(isWithinLimits({ job: "j", owner: "you" }, job)).toBe(false);
  expect(isWithinLimits({ owner: "me" }, { jobId: "j", tags: [] })).toBe(false);
});
