import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { api } from "./_generated/api";
import { LEASE_MS, Life } from "./lifecycle.setup";
import type { State } from "./model/lifecycle";
import { refusedWith, sha256Of, storedFile } from "./test.setup";

let life: Life;

beforeEach(async () => {
  life = await Life.begin();
});

afterEach(() => vi.useRealTimers());

function remove(jobId = "j") {
  return life.t.mutation(api.jobs.remove, { token: life.token, jobId });
}

async function finish() {
  await life.t.finishAllScheduledFunctions(() => vi.runAllTimers());
}

async function addFile(jobId: string, filename: string) {
  const asset = { jobId, role: "output", filename, sha256: await sha256Of(jobId + filename) };
  await life.send("asset", { ...asset, storageId: await storedFile(life.t, jobId + filename) });
}

async function addEvents(jobId: string, count: number) {
  const commands = Array.from({ length: count }, (_, index) => ({
    kind: "event",
    jobId,
    eventId: `e${index}`,
    event: "step",
  }));
  await life.t.mutation(api.ingest.apply, {
    token: life.token,
    writerId: crypto.randomUUID(),
    firstSeq: 1,
    commands,
  });
}

/** The documents of every table that belongs to jobs, and the files. */
function remaining() {
  return life.t.run(async ({ db }) => ({
    jobs: await db.query("jobs").take(10),
    progress: await db.query("jobProgress").take(10),
    details: await db.query("jobDetails").take(10),
    tags: await db.query("jobTags").take(10),
    assets: await db.query("jobAssets").take(1000),
    events: await db.query("jobEvents").take(2000),
    attempts: await db.query("jobAttempts").take(2000),
    files: await db.system.query("_storage").take(1000),
  }));
}

test("a job goes with everything that belongs to it, and nothing of another job", async () => {
  await life.send("create", { record: { id: "other", tags: ["red"], result: 1 } });
  await addFile("other", "a.png");
  await addEvents("other", 1);
  const before = await remaining();
  await life.bringTo("succeeded", { tags: ["red", "blue"], result: 1, stage: "done" });
  for (let index = 0; index < 60; index++) await addFile("j", `${index}.png`);
  await addEvents("j", 300);
  await remove();
  const atOnce = await life.read();
  await finish();

  expect(atOnce).toBeNull();
  expect(await remaining()).toEqual(before);
  expect(await life.t.query(api.jobs.stats, { token: life.token })).toMatchObject({
    queued: 1,
    succeeded: 0,
  });
});

test("events that are large together are removed in batches that a transaction can read", async () => {
  await life.bringTo("failed");
  for (let index = 0; index < 20; index++) {
    await life.send("event", { eventId: `e${index}`, event: "dump", payload: { text: "x".repeat(900_000) } });
  }
  await remove();
  await finish();

  expect((await remaining()).events).toEqual([]);
});

test.each<State>(["queued", "lost", "succeeded", "failed", "canceled"])(
  "a job that is %s can be removed",
  async (state) => {
    await life.bringTo(state);
    await remove();

    expect(await life.read()).toBeNull();
  },
);

test("a running job is not removed", async () => {
  await life.bringTo("running");
  const before = await life.everything();

  expect(await refusedWith("invalid_field", remove())).toMatchObject({ field: "jobId" });
  expect(await life.everything()).toEqual(before);
});

test("what is not there cannot be removed, also not a second time", async () => {
  await life.bringTo("queued");
  await remove();

  await refusedWith("job_not_found", remove());
});

test("a new job of the same id has nothing of the removed one, and keeps what it gets meanwhile", async () => {
  await life.bringTo("lost", { stage: "old" });
  await addFile("j", "old.png");
  await remove();
  await life.bringTo("running", { name: "new" });
  await addFile("j", "new.png");
  await life.pass(LEASE_MS - 1);
  const { token, t } = life;

  expect(await life.read()).toMatchObject({ name: "new", state: "running", attempt: 1 });
  expect(await life.read()).not.toHaveProperty("stage");
  expect(await t.query(api.assets.list, { token, jobId: "j" })).toMatchObject([{ filename: "new.png" }]);
});
