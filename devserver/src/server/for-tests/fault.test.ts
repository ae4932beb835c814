import { expect, test } from "vitest";
import { concerns, parseFault } from "./fault.js";

const calls = ["*"];

test.each([
  [{ status: 503 }, { does: "refuse", status: 503, retryAfter: null }],
  [
    { status: 429, retryAfter: 0.5 },
    { does: "refuse", status: 429, retryAfter: 0.5 },
  ],
  [{ code: "busy" }, { does: "throw", code: "busy" }],
  [{ delayMs: 10 }, { does: "delay", ms: 10 }],
  [{ drop: "answer" }, { does: "drop", what: "answer" }],
])("%j is a fault", (body, mishap) => {
  expect(parseFault({ ...body, calls, times: 2 })).toEqual({ mishap, calls, times: 2 });
});

test.each([
  { calls },
  { calls, status: 200 },
  { calls, status: 503, retryAfter: -1 },
  { calls, delayMs: -1 },
  { calls, drop: "both" },
  { calls: [], status: 503 },
  { calls: [1], status: 503 },
  { calls, status: 503, times: 0 },
  null,
])("%j is refused as none", (body) => {
  expect(() => parseFault(body)).toThrow(expect.objectContaining({ code: "BadJsonBody" }));
});

test.each([
  ["jobs:upsert", "jobs:upsert", true],
  ["jobs:upsert", "jobs:upserts", false],
  ["*", "anything", true],
  ["jobs:*", "jobs:list", true],
  ["jobs:*", "assets:list", false],
  ["*:list", "jobs:list", true],
  ["POST /api/*", "POST /api/job", true],
  ["a*a", "a", false],
  ["a*b*c", "a1b2c", true],
  ["a*b*c", "acb", false],
  ["a*bc*c", "abc", false],
])("%s stands for %s: %s", (pattern, name, expected) => {
  expect(concerns({ calls: [pattern] }, [name])).toBe(expected);
});
