import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { api } from "./_generated/api";
import { LEASE_MS, Life } from "./lifecycle.setup";
import { refusedWith } from "./test.setup";

let life: Life;

beforeEach(async () => {
  life = await Life.begin();
});

afterEach(() => vi.useRealTimers());

function attempts(jobId = "j") {
  return life.t.query(api.jobs.attempts, { token: life.token, jobId });
}

test("each attempt keeps its stages with their times, and how it ended", async () => {
  await life.create({ maxAttempts: 2, stage: "waiting" });
  const begunAt = Date.now();
  await life.send("start");
  await life.pass(1_000);
  await life.send("progress", { stage: "drawing", progress: 1 });
  await life.pass(2_000);
  await life.send("fail", { error: "out of ink", retryAfterMs: 0 });
  await life.send("start");
  await life.send("progress", { stage: "drawing" });
  await life.pass(500);

  expect(await attempts()).toEqual([
    {
      attempt: 1,
      startedAt: begunAt,
      endedAt: begunAt + 3_000,
      outcome: "failed",
      error: "out of ink",
      stages: [
        { stage: "waiting", startedAt: begunAt, ms: 1_000, visits: 1 },
        { stage: "drawing", startedAt: begunAt + 1_000, ms: 2_000, visits: 1 },
      ],
    },
    {
      attempt: 2,
      startedAt: begunAt + 3_000,
      stages: [],
      current: { stage: "drawing", since: begunAt + 3_000 },
    },
  ]);
});

test("a job that is only posted has its stages, too", async () => {
  const begunAt = Date.now();
  await life.send("upsert", { record: { id: "j", status: "processing", stage: "classifying" } });
  await life.pass(300);
  await life.send("upsert", { record: { id: "j", status: "processing", stage: "deploying" } });
  await life.pass(200);
  await life.send("upsert", { record: { id: "j", status: "done", stage: "done" } });

  expect(await attempts()).toEqual([
    {
      attempt: 1,
      startedAt: begunAt,
      endedAt: begunAt + 500,
      outcome: "succeeded",
      stages: [
        { stage: "classifying", startedAt: begunAt, ms: 300, visits: 1 },
        { stage: "deploying", startedAt: begunAt + 300, ms: 200, visits: 1 },
      ],
    },
  ]);
});

test("an attempt that nobody hears of any more ends as lost", async () => {
  await life.bringTo("lost");
  await life.pass(LEASE_MS);

  expect(await attempts()).toMatchObject([
    { attempt: 1, outcome: "lost", error: expect.stringContaining("no sign of life") as string },
  ]);
});

test("progress within a stage writes nothing to the attempt", async () => {
  await life.bringTo("running");
  await life.send("progress", { stage: "drawing", progress: 1 });
  const rows = () => life.t.run(({ db }) => db.query("jobAttempts").take(10));
  const before = await rows();
  await life.pass(1_000);
  await life.send("progress", { stage: "drawing", progress: 2, message: "a line" });

  expect(await rows()).toEqual(before);
});

test("of many attempts the newest fifty are shown", async () => {
  await life.create({ maxAttempts: 60 });
  for (let attempt = 1; attempt <= 55; attempt++) {
    await life.send("start");
    await life.send("fail", { error: "again", retryAfterMs: 0 });
  }
  const shown = await attempts();

  expect(shown.map(({ attempt }) => attempt)).toEqual(Array.from({ length: 50 }, (_, index) => index + 6));
});

test("a job that is not there has no attempts to show", async () => {
  await refusedWith("job_not_found", attempts());
});
