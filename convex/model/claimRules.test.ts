import { expect, test } from "vitest";
import { nextReady } from "./claimRules";

type Queued = { _creationTime: number; nextAttemptAt?: number };

const fresh: Queued = { _creationTime: 100 };
const delayed: Queued = { _creationTime: 10, nextAttemptAt: 200 };

test("a job that waits for a later time is not ready", () => {
  expect(nextReady({ fresh: null, delayed }, 199)).toBeNull();
  expect(nextReady({ fresh, delayed }, 199)).toBe(fresh);
});

test("it is ready as soon as the time has come", () => {
  expect(nextReady({ fresh: null, delayed }, 200)).toBe(delayed);
});

test("of two that are ready, the one that has been so for longer is next", () => {
  expect(nextReady({ fresh, delayed }, 300)).toBe(fresh);
  expect(nextReady({ fresh: { _creationTime: 201 }, delayed }, 300)).toBe(delayed);
});

test("an empty queue has none", () => {
  expect(nextReady({ fresh: null, delayed: null }, 1)).toBeNull();
});
