import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import contract from "../contract/lifecycle.json";
import { api } from "./_generated/api";
import { LEASE_MS, Life } from "./lifecycle.setup";
import type { State } from "./model/lifecycle";
import { costOf, refusedWith } from "./test.setup";

let life: Life;

beforeEach(async () => {
  life = await Life.begin();
});

afterEach(() => vi.useRealTimers());

/** A command for each row of the contract's table, and the attempts of the job that it is sent to. */
const ROWS: Record<keyof typeof contract.commands, { kind: string; fields?: object; maxAttempts?: number }> =
  {
    create: { kind: "create", fields: { record: { id: "j", name: "new" } } },
    start: { kind: "start" },
    startNewer: { kind: "start", fields: { attempt: 2 } },
    progress: { kind: "progress", fields: { stage: "painting", progress: 40 } },
    heartbeat: { kind: "heartbeat" },
    complete: { kind: "complete", fields: { result: { pages: 3 } } },
    fail: { kind: "fail", fields: { error: "no" } },
    failWithAttemptsLeft: { kind: "fail", fields: { error: "no" }, maxAttempts: 2 },
    cancel: { kind: "cancel", fields: { reason: "too slow" } },
    cancelDone: { kind: "cancel", fields: { done: true } },
    retry: { kind: "retry" },
    setRun: { kind: "setRun", fields: { run: { system: "engine", id: "r-1" } } },
  };

const moves = Object.entries(contract.commands).flatMap(([row, targets]) =>
  Object.entries(targets).map(
    ([from, to]) => ({ row, from, to }) as { row: keyof typeof ROWS; from: State; to: string },
  ),
);

describe.each(moves)("$row for a job that is $from", ({ row, from, to }) => {
  const { kind, fields, maxAttempts = 1 } = ROWS[row];
  const isMove = to !== "stale" && to !== "unchanged";

  test(isMove ? `leaves it ${to}` : `is ${to}`, async () => {
    await life.bringTo(from, { maxAttempts });
    const before = await life.everything();
    vi.advanceTimersByTime(1);
    const receipt = await life.send(kind, fields);
    const state = isMove ? to : from;
    const attempt = isMove && contract.nextAttempt.includes(row) ? 2 : 1;

    expect(receipt).toMatchObject({ outcome: isMove ? "applied" : to, jobId: "j", state, attempt });
    expect(await life.read()).toMatchObject({ state, attempt, ...(state !== from && { status: state }) });
    if (to === "stale") expect(await life.everything()).toEqual(before);
    if (to === "unchanged") expect((await life.everything()).jobs).toEqual(before.jobs);
  });

  if (row === "create") return;

  test("of an older attempt is stale and writes nothing", async () => {
    await life.bringTo(from, { attempt: 3, maxAttempts: maxAttempts + 2 });
    const before = await life.everything();

    expect(await life.send(kind, { ...fields, attempt: 2 })).toMatchObject({ outcome: "stale", attempt: 3 });
    expect(await life.everything()).toEqual(before);
  });

  if (kind === "start") return;

  test("of an attempt that has not begun is refused", async () => {
    await life.bringTo(from);
    const before = await life.everything();
    const receipt = await life.send(kind, { ...fields, attempt: 5 });

    expect(receipt).toMatchObject({ outcome: "refused", error: { code: "invalid_field", field: "attempt" } });
    expect(receipt.error?.message).toContain("attempt 5 has not begun");
    expect(await life.everything()).toEqual(before);
  });
});

test.each(Object.entries(ROWS).filter(([row]) => row !== "create"))(
  "%s of a job that does not exist is refused",
  async (_, { kind, fields }) => {
    expect(await life.send(kind, fields)).toMatchObject({ error: { code: "job_not_found", field: "jobId" } });
  },
);

test("each command is a public function too, with the same answer", async () => {
  const { t, token } = life;
  const about = { token, jobId: "j" };
  const answers = [
    await t.mutation(api.jobs.create, { token, record: { id: "j", maxAttempts: 2 } }),
    await t.mutation(api.jobs.heartbeat, about),
    await t.mutation(api.jobs.start, { ...about, leaseMs: LEASE_MS }),
    await t.mutation(api.jobs.setRun, { ...about, run: { id: "r-1" } }),
    await t.mutation(api.jobs.updateProgress, { ...about, progress: 5, stage: null }),
    await t.mutation(api.jobs.fail, { ...about, error: "no", retryAfterMs: 7 }),
    await t.mutation(api.jobs.start, { ...about, attempt: 2 }),
    await t.mutation(api.jobs.cancel, about),
    await t.mutation(api.jobs.complete, about),
    await t.mutation(api.jobs.retry, about),
  ];

  expect(answers.map(({ outcome, state, attempt }) => [outcome, state, attempt])).toEqual([
    ["applied", "queued", 1],
    ["stale", "queued", 1],
    ["applied", "running", 1],
    ["applied", "running", 1],
    ["applied", "running", 1],
    ["applied", "queued", 2],
    ["applied", "running", 2],
    ["applied", "running", 2],
    ["applied", "succeeded", 2],
    ["stale", "succeeded", 2],
  ]);
});

describe("create", () => {
  test("makes a job with all that the record says", async () => {
    await life.create({ status: "pending", owner: "org-3", idea: "a game" });

    expect(await life.read()).toMatchObject({
      status: "pending",
      owner: "org-3",
      payload: { idea: "a game" },
    });
  });

  test.each([{ status: "running" }, { status: "done" }, { status: "mine", state: "failed" }])(
    "is refused for a job that would have begun: %o",
    async (record) => {
      expect(await life.create(record)).toMatchObject({ error: { code: "invalid_field", field: "status" } });
      expect(await life.read()).toBeNull();
    },
  );
});

describe("start", () => {
  test("does not wait for the time of the next attempt, and begins without the progress of the last one", async () => {
    await life.bringTo("running", { maxAttempts: 2, stage: "half", progress: 50 });
    await life.send("fail", { retryAfterMs: 60_000 });
    const waiting = await life.read();
    await life.send("start");
    const again = await life.read();

    expect(waiting).toMatchObject({ nextAttemptAt: Date.now() + 60_000, stage: "half" });
    expect(again).toMatchObject({ state: "running", attempt: 2 });
    for (const field of ["nextAttemptAt", "stage", "progress"]) expect(again).not.toHaveProperty(field);
  });

  test("of a newer attempt ends the one that seemed to be at work as lost, whose watcher then looks in vain", async () => {
    await life.bringTo("running", { stage: "half", progress: 50 });
    await life.pass(LEASE_MS / 2);
    await life.send("start", { attempt: 3, leaseMs: LEASE_MS });
    const begun = await life.read();
    await life.pass(LEASE_MS / 2 + 1);
    const [first, third] = await life.t.query(api.jobs.attempts, { token: life.token, jobId: "j" });

    expect(begun).toMatchObject({ state: "running", attempt: 3, maxAttempts: 3, error: { reason: "lost" } });
    for (const field of ["stage", "progress"]) expect(begun).not.toHaveProperty(field);
    expect(first).toMatchObject({ attempt: 1, outcome: "lost" });
    expect(first?.error).toMatch(/^lost: attempt 3 began/);
    expect(third).toMatchObject({ attempt: 3 });
    expect(await life.read()).toMatchObject({ state: "running" });
    await life.pass(LEASE_MS / 2);
    expect(await life.read()).toMatchObject({ state: "lost", attempt: 3 });
  });

  test("of a newer attempt without a lease holds none that the one before it held", async () => {
    await life.bringTo("running");
    await life.send("start", { attempt: 2 });
    await life.pass(3 * LEASE_MS);

    expect(await life.read()).toMatchObject({ state: "running", attempt: 2 });
  });

  test.each(["running", "lost"] as const)(
    "of a newer attempt cancels a %s job that was to stop",
    async (state) => {
      await life.bringTo("running", { maxAttempts: 2 });
      await life.send("cancel", { reason: "too slow" });
      if (state === "lost") await life.pass(LEASE_MS);

      expect(await life.send("start", { attempt: 2 })).toMatchObject({ state: "canceled", attempt: 1 });
      expect(await life.read()).toMatchObject({ cancelReason: "too slow", attempt: 1 });
    },
  );

  test("of a newer attempt of a job that failed asks nobody to stop any more", async () => {
    await life.bringTo("running");
    await life.send("cancel");
    await life.send("fail", { error: "boom" });
    const receipt = await life.send("start", { attempt: 2 });

    expect(receipt).not.toHaveProperty("cancelRequested");
    for (const field of ["finishedAt", "cancelRequestedAt"])
      expect(await life.read()).not.toHaveProperty(field);
  });

  test("keeps what was said of the first attempt before it began", async () => {
    await life.bringTo("running", { stage: "uploading" });

    expect(await life.read()).toMatchObject({ stage: "uploading" });
  });
});

describe("progress", () => {
  beforeEach(() => life.bringTo("running"));

  test("may go back, clears what is null and leaves what is absent", async () => {
    await life.send("progress", { stage: "a", message: "m", progress: 80, completed: 8, total: 10 });
    await life.send("progress", { progress: 20, message: null });
    const job = await life.read();

    expect(job).toMatchObject({ stage: "a", progress: 20, completed: 8, total: 10 });
    expect(job).not.toHaveProperty("message");
  });

  test("writes one document of a few hundred bytes, whatever the job holds", async () => {
    await life.send("upsert", { record: { id: "j", big: "x".repeat(500_000) } });
    await life.send("progress", { stage: "painting" });
    vi.advanceTimersByTime(1000);
    const { token } = life;
    const tick = { token, jobId: "j", stage: "painting", progress: 40 };
    const cost = await costOf(life.t, (ctx) => ctx.runMutation(api.jobs.updateProgress, tick));

    expect(cost.documentsWritten).toBe(1);
    expect(cost.bytesWritten).toBeLessThan(300);
    expect(cost.bytesRead).toBeLessThan(1000);
  });

  test("is a sign of life", async () => {
    vi.advanceTimersByTime(1000);
    await life.send("progress", { progress: 1 });

    expect(await life.read()).toMatchObject({
      heartbeatAt: Date.now(),
      leaseExpiresAt: Date.now() + LEASE_MS,
    });
  });
});

describe("complete", () => {
  test("keeps the result, and leaves no error of an earlier attempt", async () => {
    await life.bringTo("running", { maxAttempts: 2 });
    await life.send("fail", { error: { message: "no", traceback: "File x" } });
    await life.send("start");
    await life.send("complete", { result: [1] });
    const job = await life.read();

    expect(job).toMatchObject({ state: "succeeded", result: [1], finishedAt: Date.now() });
    expect(job).not.toHaveProperty("error");
    expect(job).not.toHaveProperty("errorTraceback");
  });
});

describe("fail", () => {
  test("waits longer before each attempt, and fails for good after the last", async () => {
    await life.create({ maxAttempts: 3 });
    const waits: (number | undefined)[] = [];
    for (let attempt = 1; attempt <= 3; attempt++) {
      await life.send("start", { attempt });
      const { nextAttemptAt } = await life.send("fail", { attempt, error: `no ${attempt}` });
      waits.push(nextAttemptAt && nextAttemptAt - Date.now());
    }

    expect(waits).toEqual([expect.any(Number), expect.any(Number), undefined]);
    expect(waits[0]).toBeGreaterThanOrEqual(500);
    expect(waits[0]).toBeLessThanOrEqual(1000);
    expect(waits[1]).toBeGreaterThanOrEqual(1000);
    expect(waits[1]).toBeLessThanOrEqual(2000);
    expect(await life.read()).toMatchObject({ state: "failed", attempt: 3, error: "no 3" });
  });

  test.each([
    ["it is not worth trying again", { retryable: false }, false],
    ["cancellation was asked for", {}, true],
  ])("is final at once when %s", async (_, fields, isCanceled) => {
    await life.bringTo("running", { maxAttempts: 9 });
    if (isCanceled) await life.send("cancel");

    expect(await life.send("fail", fields)).toMatchObject({ state: "failed", attempt: 1 });
  });

  test("shows its traceback to those who may read the job, and never in the public view", async () => {
    await life.bringTo("running", { visibility: "public" });
    await life.send("fail", { error: { message: "no", type: "ValueError", traceback: "File secret.py" } });
    const seen = await life.t.query(api.jobs.getPublic, { jobId: "j" });

    expect(await life.read()).toMatchObject({
      error: { message: "no", type: "ValueError" },
      errorTraceback: "File secret.py",
    });
    expect(seen).toMatchObject({ error: "no" });
    expect(JSON.stringify(seen)).not.toContain("secret.py");
  });

  test("without an error keeps the one that was said before", async () => {
    await life.bringTo("running", { error: "said before" });
    await life.send("fail");

    expect(await life.read()).toMatchObject({ state: "failed", error: "said before" });
  });
});

describe("cancel", () => {
  test("is told to the pipeline at work with its next acknowledgement, whatever that acknowledges", async () => {
    await life.bringTo("running");
    await life.send("cancel", { reason: "too slow" });
    const receipts = [
      await life.send("heartbeat"),
      await life.send("progress", { progress: 1 }),
      await life.send("event", { eventId: "e", event: "x" }),
      await life.send("upsert", { record: { id: "j", name: "n" } }),
      await life.send("start"),
      await life.send("cancel", { done: true }),
    ];

    expect(receipts.map(({ cancelRequested }) => cancelRequested)).toEqual(Array(6).fill(true));
    expect(await life.read()).toMatchObject({ state: "canceled", cancelReason: "too slow" });
  });

  test("counts once: a second request changes neither its time nor its reason", async () => {
    await life.bringTo("running");
    await life.send("cancel", { reason: "first" });
    const before = await life.everything();
    vi.advanceTimersByTime(1000);

    expect(await life.send("cancel", { reason: "second" })).toMatchObject({
      outcome: "unchanged",
      cancelRequested: true,
    });
    expect(await life.everything()).toEqual(before);
  });

  test("does not take away what was finished all the same, and is not asked for any more then", async () => {
    await life.bringTo("running");
    await life.send("cancel");
    const receipt = await life.send("complete");

    expect(receipt).toMatchObject({ outcome: "applied", state: "succeeded" });
    expect(receipt).not.toHaveProperty("cancelRequested");
  });
});

test("retry forgets the end and the request, and allows for one attempt more", async () => {
  await life.bringTo("failed", { stage: "half" });
  await life.send("retry");
  const job = await life.read();

  expect(job).toMatchObject({ state: "queued", status: "queued", attempt: 2, maxAttempts: 2 });
  for (const field of ["finishedAt", "error", "nextAttemptAt", "cancelRequestedAt"]) {
    expect(job).not.toHaveProperty(field);
  }
});

test("a retried cancellation is not asked for any more", async () => {
  await life.bringTo("canceled");

  expect(await life.send("retry")).not.toHaveProperty("cancelRequested");
  expect(await life.send("start")).toMatchObject({ state: "running", attempt: 2 });
});

test("a run that is linked again is unchanged", async () => {
  await life.bringTo("succeeded");
  await life.send("setRun", { run: { id: "r-1" } });

  expect(await life.send("setRun", { run: { id: "r-1" } })).toMatchObject({ outcome: "unchanged" });
  expect(await life.read()).toMatchObject({ run: { id: "r-1" } });
});

describe("a command is refused with the field's name, and writes nothing", () => {
  test.each<[string, object, string]>([
    ["start", { leaseMs: 4999 }, "leaseMs"],
    ["start", { leaseMs: 3_600_001 }, "leaseMs"],
    ["start", { leaseMs: "10 s" }, "leaseMs"],
    ["start", { attempt: 0 }, "attempt"],
    ["progress", { progress: 100.5 }, "progress"],
    ["progress", { progress: -1 }, "progress"],
    ["progress", { progress: NaN }, "progress"],
    ["progress", { total: -1 }, "total"],
    ["progress", { stage: "x".repeat(257) }, "stage"],
    ["complete", { result: { a: NaN } }, "result.a"],
    ["fail", { error: { a: 1n } }, "error.a"],
    ["fail", { retryable: "no" }, "retryable"],
    ["fail", { retryAfterMs: -1 }, "retryAfterMs"],
    ["cancel", { reason: "" }, "reason"],
    ["cancel", { done: 1 }, "done"],
    ["setRun", {}, "run"],
    ["setRun", { run: { host: "x" } }, "run.host"],
    ["heartbeat", { jobId: "" }, "jobId"],
    ["create", { record: { id: "j", status: "running" } }, "status"],
  ])("%s with %o", async (kind, fields, field) => {
    await life.bringTo("running");
    const before = await life.everything();

    expect(await life.send(kind, fields)).toMatchObject({ error: { code: "invalid_field", field } });
    expect(await life.everything()).toEqual(before);
  });

  test("a result that is too large", async () => {
    await life.bringTo("running");
    const before = await life.everything();
    const call = life.t.mutation(api.jobs.complete, {
      token: life.token,
      jobId: "j",
      result: "x".repeat(950_000),
    });

    expect(await refusedWith("too_large", call)).toMatchObject({ field: "result" });
    expect(await life.everything()).toEqual(before);
  });
});

test("the record of a job that lived can be saved again, and changes nothing", async () => {
  await life.bringTo("running");
  await life.send("cancel", { reason: "r" });
  await life.send("fail", { error: { message: "no", traceback: "File x" } });
  const before = await life.everything();

  expect(await life.send("upsert", { record: await life.read() })).toMatchObject({ outcome: "unchanged" });
  expect(await life.everything()).toEqual(before);
});
