import { ConvexError } from "convex/values";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api, internal } from "./_generated/api";
import type { ActionCtx } from "./_generated/server";
import { type Deployment, deployment, refusedWith, tokenFor } from "./test.setup";
import {
  type Body,
  isJobCanceled,
  queueJob,
  settleJob,
  trackJob,
  workOnJob,
  type WorkResult,
} from "./trackJob";

let t: Deployment;
let token: string;

beforeEach(async () => {
  vi.useFakeTimers();
  t = deployment();
  token = await tokenFor("write", { expiresIn: 1_000_000 });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const read = (jobId = "j") => t.query(api.jobs.getByJobId, { token, jobId });
const cancel = () => t.mutation(api.jobs.cancel, { token, jobId: "j" });
const inAction = <Result>(run: (ctx: ActionCtx) => Promise<Result>) => t.action(run);

const track = <Result>(body: Body<Result>, options: { leaseMs?: number } = {}) =>
  inAction((ctx) => trackJob(ctx, { type: "style", jobId: "j", ...options }, body));
const queue = (maxAttempts = 1) =>
  t.mutation((ctx) => queueJob(ctx, { type: "style", jobId: "j", maxAttempts }));
const workOn = <Result>(body: Body<Result>) => inAction((ctx) => workOnJob(ctx, { jobId: "j" }, body));
const settle = (result: WorkResult) => t.mutation((ctx) => settleJob(ctx, "j", result));

const nothing = () => Promise.resolve();
const boom = () => Promise.reject(new TypeError("boom"));

async function thrownBy(call: Promise<unknown>): Promise<unknown> {
  return await call.then(
    () => expect.unreachable("it did not throw"),
    (error: unknown) => error,
  );
}

describe("an action that is tracked", () => {
  test("has a running job with what it was given before its body begins", async () => {
    const job = { type: "style", owner: "org-3", source: "doc-17", payload: { prompt: "a moon", $count: 2 } };
    const { jobId, result } = await inAction((ctx) => trackJob(ctx, job, ({ jobId }) => read(jobId)));

    expect(result).toMatchObject({
      jobId,
      state: "running",
      type: "style",
      owner: "org-3",
      source: "doc-17",
    });
    expect(result?.payload).toEqual({ prompt: "a moon", "%24count": 2 });
    expect(result?.leaseExpiresAt).toBeGreaterThan(Date.now());
  });

  test("shows each progress as soon as it is said", async () => {
    const seen: unknown[] = [];
    await track(async (job) => {
      await job.progress({ stage: "palette", message: "choosing colours", progress: 10 });
      seen.push(await read());
      await job.progress({ message: null, progress: 60 });
      seen.push(await read());
    });

    expect(seen).toMatchObject([
      { stage: "palette", message: "choosing colours", progress: 10 },
      { stage: "palette", progress: 60 },
    ]);
    expect(seen[1]).not.toHaveProperty("message");
  });

  test("ends as succeeded with what the body returned, which the caller gets with the job's id", async () => {
    const answer = await track(() => Promise.resolve({ table: "styles", id: "s1" }));

    expect(answer).toEqual({ jobId: "j", result: { table: "styles", id: "s1" } });
    expect(await read()).toMatchObject({ state: "succeeded", result: answer.result });
  });

  test("may return nothing, and then the job has no result", async () => {
    expect(await track(nothing)).toEqual({ jobId: "j", result: undefined });
    expect(await read()).not.toHaveProperty("result");
  });

  test("ends as failed with the error of its body, its trace kept apart, and throws that error", async () => {
    const error = (await thrownBy(track(boom))) as Error;

    expect(error.message).toContain("boom");
    expect(await read()).toMatchObject({ state: "failed", error: { message: "boom", type: "TypeError" } });
    expect((await read())?.errorTraceback).toContain("boom");
    expect((await read())?.error).not.toHaveProperty("traceback");
  });

  test("fails when its result cannot be kept, and the error names the field", async () => {
    const refused = track(() => Promise.resolve({ size: NaN }));

    expect(await refusedWith("invalid_field", refused)).toMatchObject({ field: "result.size" });
    expect(await read()).toMatchObject({ state: "failed" });
  });

  test("refuses a payload that cannot be kept before anything is stored", async () => {
    const job = { type: "style", jobId: "j", payload: { at: new Date() } };
    const refused = inAction((ctx) => trackJob(ctx, job, nothing));

    expect(await refusedWith("invalid_field", refused)).toMatchObject({ field: "payload.at" });
    expect(await read()).toBeNull();
  });

  test.each(["queued", "running", "succeeded"] as const)(
    "does not run its body for a job that is there already and %s",
    async (state) => {
      if (state === "queued") await queue();
      else await t.mutation(internal.internalJobs.begin, { record: { id: "j" }, leaseMs: 10_000 });
      if (state === "succeeded") await settle({ kind: "success", returnValue: null });
      const body = vi.fn(nothing);

      expect(await thrownBy(track(body))).toMatchObject({ data: { code: "job_not_yours", jobId: "j" } });
      expect(body).not.toHaveBeenCalled();
      expect(await read()).toMatchObject({ state, attempt: 1 });
    },
  );

  test("may leave out what it might have been given", async () => {
    const job = { type: "style", jobId: undefined, owner: undefined, payload: undefined };
    const { jobId } = await inAction((ctx) => trackJob(ctx, job, nothing));

    expect(await read(jobId)).toMatchObject({ type: "style", state: "succeeded" });
    expect(await read(jobId)).not.toHaveProperty("owner");
  });

  test("gives signs of life by itself, so that it is not lost in a step that takes long", async () => {
    const { result } = await track(async () => {
      for (let second = 0; second < 300; second++) {
        await vi.advanceTimersByTimeAsync(1000);
        await t.finishInProgressScheduledFunctions();
      }
      return await read();
    });

    expect(result?.state).toBe("running");
    expect(Date.now() - (result?.heartbeatAt ?? 0)).toBeLessThan(60_000);
  });

  test("gives none any more when its body has ended", async () => {
    await track(nothing);

    // What is left is the one that watches the lease, and finds that it is over.
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("throws its body's error also when that cannot be stored, and says so in the log", async () => {
    const log = vi.spyOn(console, "error").mockReturnValue();
    const error = await thrownBy(
      track(async () => {
        await t.run(async ({ db }) => {
          for (const { _id } of await db.query("jobs").take(10)) await db.delete("jobs", _id);
        });
        throw new Error("boom");
      }),
    );

    expect((error as Error).message).toBe("boom");
    expect(log.mock.calls.join()).toContain("how job j ended could not be stored");
  });
});

describe("a job that is to be canceled", () => {
  test("stops its body at the next progress, and is canceled once the body has cleaned up", async () => {
    const steps: unknown[] = [];
    const error = await thrownBy(
      track(async (job) => {
        await cancel();
        try {
          await job.progress({ progress: 50 });
          steps.push("went on");
        } finally {
          steps.push((await read())?.state);
        }
      }),
    );

    expect(isJobCanceled(error)).toBe(true);
    expect(error).toMatchObject({ data: { code: "job_canceled", jobId: "j" } });
    expect(steps).toEqual(["running"]);
    expect(await read()).toMatchObject({ state: "canceled" });
  });

  test("succeeds when its body was past its last progress", async () => {
    await track(async () => void (await cancel()));

    expect(await read()).toMatchObject({ state: "succeeded" });
  });

  test("has failed when something else went wrong on the way out", async () => {
    await thrownBy(
      track(async (job) => {
        await cancel();
        await job.progress().catch(() => Promise.reject(new Error("no clean-up")));
      }),
    );

    expect(await read()).toMatchObject({ state: "failed", error: { message: "no clean-up" } });
  });

  test("is told from another job's cancellation, which is a failure of this one", async () => {
    const data = { code: "job_canceled", jobId: "child", message: "job child is canceled" };
    await thrownBy(track(() => Promise.reject(new ConvexError(data))));

    expect(await read()).toMatchObject({ state: "failed", error: { message: "job child is canceled" } });
  });
});

test.each(["progress", "end"])(
  "a body whose attempt is over is stopped at its %s and changes nothing",
  async (at) => {
    const error = await thrownBy(
      track(async (job) => {
        await t.mutation(api.jobs.fail, { token, jobId: "j", error: "given up", retryable: false });
        await t.mutation(api.jobs.retry, { token, jobId: "j" });
        if (at === "progress") await job.progress({ progress: 99 });
      }),
    );

    expect(error).toMatchObject({ data: { code: "job_not_yours", jobId: "j" } });
    expect(await read()).toMatchObject({ state: "queued", attempt: 2 });
    expect(await read()).not.toHaveProperty("progress");
  },
);

describe("a job for a worker", () => {
  test("waits until the worker begins, and then goes the way of one in an action", async () => {
    await queue();
    const before = await read();
    const during = await workOn(async (job) => {
      await job.progress({ progress: 30 });
      return { state: (await read())?.state };
    });

    expect(before).toMatchObject({ state: "queued" });
    expect(during).toEqual({ jobId: "j", result: { state: "running" } });
    expect(await read()).toMatchObject({ state: "succeeded", progress: 30, result: { state: "running" } });
  });

  test("is stored with what else its mutation does, or not at all", async () => {
    const failing = t.mutation(async (ctx) => {
      await queueJob(ctx, { type: "style", jobId: "j" });
      throw new Error("not enqueued");
    });

    expect(await thrownBy(failing)).toBeInstanceOf(Error);
    expect(await read()).toBeNull();
  });

  test("is queued once, since a second worker would take the first for dead", async () => {
    await queue();

    expect(await thrownBy(queue())).toMatchObject({ data: { code: "job_not_yours" } });
  });

  test("counts an attempt for each time that the pool tries it, and fails with the last", async () => {
    await queue(2);
    await thrownBy(workOn(boom));
    const between = await read();
    const attempts = [between?.attempt];
    await thrownBy(
      workOn(async ({ attempt }) => {
        attempts.push(attempt);
        await boom();
      }),
    );

    expect(between).toMatchObject({ state: "queued", error: { message: "boom" } });
    expect(attempts).toEqual([2, 2]);
    expect(await read()).toMatchObject({ state: "failed", attempt: 2, maxAttempts: 2 });
  });

  test("does not begin when it was canceled before", async () => {
    await queue();
    await cancel();
    const body = vi.fn(nothing);

    expect(isJobCanceled(await thrownBy(workOn(body)))).toBe(true);
    expect(body).not.toHaveBeenCalled();
  });

  test("that does not exist is refused", async () => {
    await refusedWith("job_not_found", workOn(nothing));
  });

  describe("left at work by a worker that died", () => {
    const begin = () => t.mutation(internal.internalJobs.beginAttempt, { jobId: "j", leaseMs: 10_000 });

    test.each(["running", "lost"])("is gone on with in the next attempt: %s", async (state) => {
      await queue(2);
      await begin();
      if (state === "lost") vi.advanceTimersByTime(10_000);
      await t.finishInProgressScheduledFunctions();
      const left = await read();
      const { result } = await workOn(({ attempt }) => Promise.resolve(attempt));

      expect(left).toMatchObject({ state, attempt: 1 });
      expect(result).toBe(2);
    });

    test("has failed when that was its last attempt", async () => {
      await queue();
      await begin();

      expect(await thrownBy(workOn(nothing))).toMatchObject({ data: { code: "job_not_yours" } });
      expect(await read()).toMatchObject({ state: "failed", error: { reason: "lost" } });
    });

    test("is canceled when that was asked for", async () => {
      await queue(2);
      await begin();
      await cancel();

      expect(isJobCanceled(await thrownBy(workOn(nothing)))).toBe(true);
      expect(await read()).toMatchObject({ state: "canceled", attempt: 1 });
    });
  });
});

describe("when the pool is through", () => {
  const RESULTS: [WorkResult, object][] = [
    [{ kind: "success", returnValue: null }, { state: "succeeded" }],
    [
      { kind: "failed", error: "out of memory" },
      { state: "failed", error: { message: "out of memory" } },
    ],
    [{ kind: "canceled" }, { state: "canceled" }],
  ];

  test.each(RESULTS)(
    "a job whose worker could not say how it ended gets its end: %o",
    async (result, end) => {
      await queue(3);
      await t.mutation(internal.internalJobs.beginAttempt, { jobId: "j", leaseMs: 10_000 });
      await settle(result);

      expect(await read()).toMatchObject(end);
    },
  );

  test("a job that still has attempts which nobody will make has failed", async () => {
    await queue(3);
    await thrownBy(workOn(boom));
    await settle({ kind: "failed", error: "boom" });

    expect(await read()).toMatchObject({ state: "failed", attempt: 2, error: { message: "boom" } });
  });

  test.each(RESULTS)("a job that ended stays as it is: %o", async (result) => {
    await queue();
    await thrownBy(workOn(boom));
    const ended = await read();
    await settle(result);

    expect(await read()).toEqual(ended);
  });
});
