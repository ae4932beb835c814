import { expect, test } from "vitest";
import { stageShares } from "./stageShares";

const left = (stage: string, startedAt: number, ms: number) => ({ stage, startedAt, ms, visits: 1 });

test("the stage that an attempt is in counts up to now", () => {
  const attempt = {
    attempt: 1,
    startedAt: 0,
    stages: [left("load", 0, 30)],
    current: { stage: "draw", since: 30 },
  };

  expect(stageShares(attempt, 40)).toEqual([
    { stage: "load", ms: 30, visits: 1, isCurrent: false, share: 0.75 },
    { stage: "draw", ms: 10, visits: 1, isCurrent: true, share: 0.25 },
  ]);
});

test("a stage that is entered again stays in its place and goes on counting", () => {
  const attempt = {
    attempt: 1,
    startedAt: 0,
    stages: [left("load", 0, 10), left("draw", 10, 10)],
    current: { stage: "load", since: 20 },
  };

  expect(stageShares(attempt, 25)).toMatchObject([
    { stage: "load", ms: 15, visits: 2, isCurrent: true },
    { stage: "draw", ms: 10, visits: 1, isCurrent: false },
  ]);
});

test("a clock that is behind makes no time negative, and no time has no shares", () => {
  const attempt = { attempt: 1, startedAt: 0, stages: [], current: { stage: "load", since: 50 } };

  expect(stageShares(attempt, 40)).toEqual([{ stage: "load", ms: 0, visits: 1, isCurrent: true, share: 0 }]);
});
