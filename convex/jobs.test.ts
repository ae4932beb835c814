import { beforeEach, describe, expect, test, vi } from "vitest";
import contract from "../contract/lifecycle.json";
import { api } from "./_generated/api";
import { type Deployment, deployment, refusedWith, tokenFor } from "./test.setup";
import type { JobRecord } from "./validators";

let t: Deployment;
let token: string;

beforeEach(async () => {
  t = deployment();
  token = await tokenFor("write");
});

function upsert(record: object, attempt?: number) {
  return t.mutation(api.jobs.upsert, { token, record, ...(attempt !== undefined && { attempt }) });
}

function read(jobId = "j") {
  return t.query(api.jobs.getByJobId, { token, jobId });
}

/** Every document there is, so that "writes nothing" can be said of all of them. */
function everything() {
  return t.run(async ({ db }) => ({
    jobs: await db.query("jobs").take(10),
    progress: await db.query("jobProgress").take(10),
    details: await db.query("jobDetails").take(10),
  }));
}

function at<Result>(time: number, action: () => Promise<Result>): Promise<Result> {
  vi.useFakeTimers({ now: time, toFake: ["Date"] });
  return action().finally(() => vi.useRealTimers());
}

const NOW = Date.now();

test("a new job gets the contract's defaults and no field that was not given", async () => {
  const receipt = await at(NOW, () => upsert({ id: "j" }));

  expect(receipt).toEqual({ outcome: "applied", jobId: "j", status: "queued", state: "queued", attempt: 1 });
  expect(await read()).toEqual({
    jobId: "j",
    status: "queued",
    state: "queued",
    attempt: 1,
    maxAttempts: 1,
    tags: [],
    visibility: "private",
    createdAt: NOW,
    updatedAt: NOW,
  });
});

test("a job that does not exist is null", async () => {
  expect(await read("nobody")).toBeNull();
});

test("every core field comes back as it was given, under its name on the wire", async () => {
  const given = {
    jobId: "j",
    type: "render",
    status: "in_progress",
    stage: "painting",
    message: "half way",
    progress: 50,
    completed: 5,
    total: 10,
    owner: "org-3",
    source: "doc-17",
    name: "Button",
    tags: ["a", "b"],
    parent: "p",
    visibility: "public",
    attempt: 2,
    maxAttempts: 3,
    run: { system: "engine", id: "r-1", url: "https://engine.test/r-1" },
    error: { message: "slow" },
    retryAfter: 3.5,
    result: [1],
    component: { assets: {} },
    telemetry: { "%24cost": 1 },
    createdAt: 5,
  };
  await upsert({ ...given, idea: "a game" });

  expect(await read()).toMatchObject({ ...given, state: "running", payload: { idea: "a game" } });
});

test("absent leaves a field as it is and null clears it, for hot, warm and cold fields alike", async () => {
  await upsert({
    id: "j",
    status: "running",
    stage: "a",
    progress: 5,
    name: "n",
    error: "no",
    tags: ["x"],
    own: 1,
  });
  await upsert({ id: "j", stage: null, name: null, error: null, tags: null, own: null });
  const job = await read();

  expect(job).not.toHaveProperty("stage");
  expect(job).not.toHaveProperty("name");
  expect(job).not.toHaveProperty("error");
  expect(job).toMatchObject({ status: "running", progress: 5, tags: [], payload: { own: null } });
});

test("a record saved with error null after an error has none, also in the public view", async () => {
  await upsert({ id: "j", status: "failed", error: "boom", visibility: "public" });
  await upsert({ id: "j", status: "failed", error: null });

  expect(await read()).not.toHaveProperty("error");
  expect(await t.query(api.jobs.getPublic, { jobId: "j" })).not.toHaveProperty("error");
});

test("a payload is patched key by key", async () => {
  await upsert({ id: "j", idea: "a", deep: { x: 1 } });
  await upsert({ id: "j", deep: { y: 2 } });

  expect(await read()).toMatchObject({ payload: { idea: "a", deep: { y: 2 } } });
});

test("a record of thousands of fields is stored, patched and read", async () => {
  const many = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`f${index}`, index]));
  await upsert({ "%json": JSON.stringify({ id: "j", ...many }) });
  await upsert({ id: "j", f7: "new" });
  const payload = (await read())?.payload as { "%json": string };

  expect(JSON.parse(payload["%json"])).toEqual({ ...many, f7: "new" });
});

test("a record that was read can be saved again, and changes nothing", async () => {
  await upsert({ id: "j", status: "processing", stage: "a", result: { a: 1 }, own: "x" });
  const { payload, ...record } = (await read()) as Omit<JobRecord, "payload"> & { payload: object };
  const before = await everything();

  expect(await upsert({ ...record, ...payload })).toMatchObject({ outcome: "unchanged" });
  expect(await everything()).toEqual(before);
});

test("a progress tick writes the small document only, and is seen in updatedAt", async () => {
  await at(NOW, () => upsert({ id: "j", status: "running", stage: "a", result: 1 }));
  const before = await everything();
  await at(NOW + 1000, () => upsert({ id: "j", stage: "b", progress: 7 }));
  const after = await everything();

  expect(after.jobs).toEqual(before.jobs);
  expect(after.details).toEqual(before.details);
  expect(after.progress).toEqual([
    expect.objectContaining({ stage: "b", progress: 7, updatedAt: NOW + 1000 }),
  ]);
  expect(await read()).toMatchObject({ updatedAt: NOW + 1000 });
});

test("started and finished are set once, by the server's clock", async () => {
  await at(NOW, () => upsert({ id: "j", status: "queued", startedAt: 1, finished_at: 2 }));
  await at(NOW + 1, () => upsert({ id: "j", status: "running" }));
  await at(NOW + 2, () => upsert({ id: "j", status: "processing" }));
  await at(NOW + 3, () => upsert({ id: "j", status: "done" }));
  await at(NOW + 4, () => upsert({ id: "j", status: "completed" }));

  expect(await read()).toMatchObject({
    createdAt: NOW,
    startedAt: NOW + 1,
    finishedAt: NOW + 3,
    updatedAt: NOW + 4,
  });
});

test("createdAt can be given to a new job, and not changed later", async () => {
  await upsert({ id: "j", created_at: 1000 });

  expect(await upsert({ id: "j", createdAt: 2000 })).toMatchObject({ outcome: "unchanged" });
  expect(await read()).toMatchObject({ createdAt: 1000 });
});

test("posts that arrive in any order end in the finished job", async () => {
  const posts = [
    { jobId: "j", status: "done", stage: "done", result: "url" },
    { jobId: "j", status: "processing", stage: "deploying" },
    { jobId: "j", status: "processing", stage: "classifying", idea: "late" },
  ];
  for (const post of posts) await upsert(post);

  expect(await read()).toMatchObject({ status: "done", state: "succeeded", stage: "done", result: "url" });
});

const moves = Object.entries(contract.upsert).flatMap(([from, targets]) =>
  Object.entries(targets).map(([to, outcome]) => ({ from, to, outcome })),
);

describe.each(moves)("a job that is $from and is said to be $to", ({ from, to, outcome }) => {
  test(`answers ${outcome}${outcome === "stale" ? " and nothing changes" : ""}`, async () => {
    await upsert({ id: "j", status: from === "lost" ? "running" : from });
    if (from === "lost") {
      await t.run(async ({ db }) => {
        const job = await db.query("jobs").first();
        if (job !== null) await db.patch("jobs", job._id, { state: "lost" });
      });
    }
    const before = await everything();
    const receipt = await upsert({ id: "j", status: `my ${to}`, state: to, stage: "new", own: 1 });

    expect(receipt.outcome).toBe(outcome);
    if (outcome === "stale") expect(await everything()).toEqual(before);
    else
      expect(await read()).toMatchObject({
        status: `my ${to}`,
        state: to,
        stage: "new",
        payload: { own: 1 },
      });
  });
});

describe("a job that is over", () => {
  beforeEach(() => upsert({ id: "j", status: "done", stage: "done", progress: 100 }));

  test("takes more about itself without a status, but no more progress", async () => {
    const receipt = await upsert({ id: "j", stage: "late", progress: 3, name: "n", result: 1, own: 2 });

    expect(receipt.outcome).toBe("applied");
    expect(await read()).toMatchObject({
      stage: "done",
      progress: 100,
      name: "n",
      result: 1,
      payload: { own: 2 },
    });
  });

  test("answers stale to a late progress tick, and unchanged to a repeated one", async () => {
    const before = await everything();

    expect(await upsert({ id: "j", stage: "late" })).toMatchObject({ outcome: "stale" });
    expect(await upsert({ id: "j", stage: "done" })).toMatchObject({ outcome: "unchanged" });
    expect(await everything()).toEqual(before);
  });

  test("is not reopened by a newer attempt", async () => {
    expect(await upsert({ id: "j", status: "running" }, 2)).toMatchObject({ outcome: "stale", attempt: 1 });
  });
});

describe("an attempt is a fence", () => {
  beforeEach(() => upsert({ id: "j", status: "running", attempt: 2 }));

  test.each([
    ["beside the record", { id: "j", status: "done" }, 1],
    ["inside it", { id: "j", status: "done", attempt: 1 }, undefined],
  ])("an older one, given %s, is stale", async (_, record, attempt) => {
    expect(await upsert(record, attempt)).toMatchObject({ outcome: "stale", state: "running", attempt: 2 });
  });

  test("a newer one takes over, and may begin in the queue again", async () => {
    expect(await upsert({ id: "j", status: "queued" }, 3)).toMatchObject({ outcome: "applied", attempt: 3 });
    expect(await read()).toMatchObject({ state: "queued", attempt: 3 });
  });
});

describe("what is too large is refused before anything is written", () => {
  test.each([
    ["a result", { result: "x".repeat(950_000) }, "result"],
    ["a field of the payload", { small: "y", big: "x".repeat(950_000) }, "big"],
    ["two fields together", { error: "x".repeat(400_000), result: "x".repeat(600_000) }, "result"],
  ])("%s, named by its field", async (_, fields, field) => {
    const error = await refusedWith("too_large", upsert({ id: "j", name: "n", ...fields }));

    expect(error).toMatchObject({ field, limit: 900 * 1024 });
    expect(error.bytes).toBeGreaterThan(900 * 1024);
    expect(await everything()).toEqual({ jobs: [], progress: [], details: [] });
  });

  test("also when it only is together with what is stored", async () => {
    await upsert({ id: "j", result: "x".repeat(600_000) });
    const before = await everything();
    await refusedWith("too_large", upsert({ id: "j", stage: "new", own: "y".repeat(600_000) }));

    expect(await everything()).toEqual(before);
  });
});
