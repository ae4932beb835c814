import { describe, expect, test } from "vitest";
import { attemptSteps, begunAttempt, endedAttempt, inStage, MOST_STAGES } from "./attemptRules";
import type { State } from "./lifecycle";

const job = (state: State, attempt = 1, errorMessage?: string) => ({
  state,
  attempt,
  ...(errorMessage !== undefined && { errorMessage }),
});

describe("an attempt", () => {
  test.each([
    ["a job that is first heard of while it runs", null, job("running"), 1],
    ["a start", job("queued"), job("running"), 1],
    ["a start after a retry", job("queued", 2), job("running", 2), 2],
  ])("begins with %s", (_, before, after, begun) => {
    expect(attemptSteps(before, after, {})).toEqual({ ended: null, begun });
  });

  test.each([
    ["progress", job("running"), job("running")],
    ["a silence", job("running"), job("lost")],
    ["speaking again", job("lost"), job("running")],
  ])("goes on through %s", (_, before, after) => {
    expect(attemptSteps(before, after, {})).toEqual({ ended: null, begun: null });
  });

  test.each([
    [job("running"), job("succeeded"), { outcome: "succeeded" }],
    [job("running"), job("canceled", 1, "of before"), { outcome: "canceled" }],
    [job("running"), job("failed", 1, "boom"), { outcome: "failed", error: "boom" }],
    [job("running"), job("queued", 2, "boom"), { outcome: "failed", error: "boom" }],
    [job("lost"), job("failed", 1, "lost: no sign"), { outcome: "lost", error: "lost: no sign" }],
    [job("lost"), job("queued", 2), { outcome: "lost" }],
  ])("of a job %o that becomes %o ends as %o", (before, after, end) => {
    expect(attemptSteps(before, after, {})).toEqual({ ended: { attempt: 1, end }, begun: null });
  });

  test("ends when another one runs in its place", () => {
    expect(attemptSteps(job("running"), job("running", 2), {})).toEqual({
      ended: { attempt: 1, end: { outcome: "lost" } },
      begun: 2,
    });
  });

  test.each([
    [null, job("queued")],
    [job("queued"), job("canceled")],
    [job("queued"), job("succeeded")],
    [job("failed"), job("queued", 2)],
  ])("that never ran is none: %o, then %o", (before, after) => {
    expect(attemptSteps(before, after, { stage: "x" })).toEqual({ ended: null, begun: null });
  });
});

describe("the stage of an attempt", () => {
  test("is entered when progress names another one, and left when it is cleared", () => {
    expect(attemptSteps(job("running"), job("running"), { stage: "a" })).toMatchObject({ stage: "a" });
    expect(attemptSteps(job("running"), job("running"), { stage: undefined })).toMatchObject({ stage: null });
  });

  test("is at first the one that the job waited in", () => {
    expect(attemptSteps(job("queued"), job("running"), {}, "warming up")).toMatchObject({
      stage: "warming up",
    });
  });

  test("is not of the job's end, even if the post that ends it names one", () => {
    expect(attemptSteps(job("running"), job("succeeded"), { stage: "done" })).not.toHaveProperty("stage");
  });
});

describe("the stages of an attempt", () => {
  const visit = (row: ReturnType<typeof begunAttempt>, ...steps: [string | null, number][]) =>
    steps.reduce((current, [stage, now]) => inStage(current, stage, now), row);

  test("have the time until the next one, or the end", () => {
    const row = visit(begunAttempt(1, 100), ["a", 110], ["b", 150]);

    expect(row).toEqual({
      attempt: 1,
      startedAt: 100,
      stages: [{ stage: "a", startedAt: 110, ms: 40, visits: 1 }],
      current: { stage: "b", since: 150 },
    });
    expect(endedAttempt(row, { outcome: "failed", error: "boom" }, 180)).toEqual({
      attempt: 1,
      startedAt: 100,
      endedAt: 180,
      outcome: "failed",
      error: "boom",
      stages: [
        { stage: "a", startedAt: 110, ms: 40, visits: 1 },
        { stage: "b", startedAt: 150, ms: 30, visits: 1 },
      ],
    });
  });

  test("are added up where one is visited again", () => {
    const row = visit(begunAttempt(1, 0), ["a", 0], ["b", 10], ["a", 15], [null, 40]);

    expect(row.stages).toEqual([
      { stage: "a", startedAt: 0, ms: 35, visits: 2 },
      { stage: "b", startedAt: 10, ms: 5, visits: 1 },
    ]);
    expect(row).not.toHaveProperty("current");
  });

  test("are no more than a row can hold, and it says so", () => {
    const steps = Array.from({ length: MOST_STAGES + 5 }, (_, index): [string, number] => [
      `${index}`,
      index,
    ]);
    const row = visit(begunAttempt(1, 0), ...steps, ["0", 100], [null, 107]);

    expect(row.stages).toHaveLength(MOST_STAGES);
    expect(row.stages[0]).toEqual({ stage: "0", startedAt: 0, ms: 8, visits: 2 });
    expect(row.hasMoreStages).toBe(true);
  });
});
