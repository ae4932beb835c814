import type { WithoutSystemFields } from "convex/server";
import { beforeEach, expect, test } from "vitest";
import { api } from "./_generated/api";
import type { Doc } from "./_generated/dataModel";
import { type Deployment, deployment, refusedWith, tokenFor } from "./test.setup";

let t: Deployment;
let token: string;

beforeEach(async () => {
  t = deployment();
  token = await tokenFor("write");
  await save({ id: "p" });
});

async function save(...records: object[]) {
  for (let from = 0; from < records.length; from += 500) {
    const commands = records.slice(from, from + 500).map((record) => ({ kind: "upsert", record }));
    await t.mutation(api.ingest.apply, { token, writerId: crypto.randomUUID(), firstSeq: 1, commands });
  }
}

function rollup(jobId = "p") {
  return t.query(api.jobs.rollup, { token, jobId });
}

const NONE = { queued: 0, running: 0, lost: 0, succeeded: 0, failed: 0, canceled: 0 };

test("a parent's progress is the mean of its children's, where what succeeded is done", async () => {
  await save(
    { id: "a", parent: "p", status: "done", progress: 90 },
    { id: "b", parent: "p", status: "running", progress: 50 },
    { id: "c", parent: "p", status: "failed", progress: 30 },
    { id: "d", parent: "p" },
    { id: "e", parent: "other", status: "running", progress: 100 },
  );

  expect(await rollup()).toEqual({
    jobId: "p",
    progress: 45,
    counts: { ...NONE, queued: 1, running: 1, succeeded: 1, failed: 1 },
    partial: false,
  });
});

test("a job without children has no progress of them", async () => {
  expect(await rollup()).toEqual({ jobId: "p", progress: null, counts: NONE, partial: false });
});

test("of more than 1,000 children those are looked at, and it is said", async () => {
  await save({ id: "c", parent: "p", status: "done" });
  await t.run(async ({ db }) => {
    const child = Object.entries((await db.query("jobs").order("desc").first())!);
    const fields = Object.fromEntries(child.filter(([name]) => !name.startsWith("_"))) as WithoutSystemFields<
      Doc<"jobs">
    >;
    for (let index = 0; index < 1000; index++) await db.insert("jobs", { ...fields, jobId: `c${index}` });
  });

  expect(await rollup()).toEqual({
    jobId: "p",
    progress: 100,
    counts: { ...NONE, succeeded: 1000 },
    partial: true,
  });
});

test("a job that does not exist has none", async () => {
  await refusedWith("job_not_found", rollup("nobody"));
});
