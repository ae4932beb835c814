import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api, internal } from "./_generated/api";
import { type Deployment, deployment, refusedWith, sha256Of, storedFile, tokenFor } from "./test.setup";

const DAY_MS = 24 * 60 * 60 * 1000;

let t: Deployment;
let token: string;

beforeEach(async () => {
  vi.useFakeTimers();
  t = deployment();
  token = await tokenFor("write", { expiresIn: 30 * DAY_MS });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

function save(record: Record<string, unknown>) {
  return t.mutation(api.jobs.upsert, { token, record: { id: "j", ...record } });
}

function read() {
  return t.query(api.jobs.getByJobId, { token, jobId: "j" });
}

/** A value that was put into a file, as a client says it. */
async function file(text: string) {
  return { "%file": { storageId: await storedFile(t, text), sha256: await sha256Of(text) } };
}

/** The same as it is answered. */
async function shown(text: string) {
  const url = expect.stringMatching(/^https:/) as string;
  return { "%file": { url, bytes: text.length, sha256: await sha256Of(text) } };
}

async function contents() {
  return await t.run(async ({ db, storage }) => {
    const files = await db.system.query("_storage").take(100);
    const texts = await Promise.all(files.map(async ({ _id }) => (await storage.get(_id))?.text()));
    return texts.sort();
  });
}

async function settle() {
  await t.finishAllScheduledFunctions(() => vi.runAllTimers());
}

test("a value in a file is answered with its address, size and hash", async () => {
  await save({
    status: "done",
    result: await file("1"),
    component: await file("22"),
    drawing: await file("333"),
  });

  expect(await read()).toMatchObject({
    result: await shown("1"),
    component: await shown("22"),
    payload: { drawing: await shown("333") },
  });
});

test("a result may come with the end of a job, and a payload with an event", async () => {
  await save({ status: "processing" });
  await t.mutation(api.jobs.complete, { token, jobId: "j", result: await file("1") });
  await t.mutation(api.events.record, { token, jobId: "j", event: "trace", payload: await file("22") });
  const paginationOpts = { cursor: null, numItems: 10 };
  const { page } = await t.query(api.events.list, { token, jobId: "j", paginationOpts });

  expect(await read()).toMatchObject({ state: "succeeded", result: await shown("1") });
  expect(page).toMatchObject([{ payload: await shown("22") }]);
});

test("a file goes when its value is replaced or cleared, and stays while another field changes", async () => {
  await save({ result: await file("1"), telemetry: await file("22"), drawing: await file("333") });
  await save({ stage: "later", idea: "small" });
  expect(await contents()).toEqual(["1", "22", "333"]);

  await save({ result: "small", telemetry: null, drawing: await file("4444") });
  expect(await contents()).toEqual(["4444"]);
});

test("saying the same file again keeps it", async () => {
  const result = await file("1");
  await save({ result });
  await save({ result, telemetry: result });

  expect(await contents()).toEqual(["1"]);
  expect(await read()).toMatchObject({ result: await shown("1"), telemetry: await shown("1") });
  await save({ result: null });
  expect(await contents()).toEqual(["1"]);
});

test("a job goes with the files of its values and of its events", async () => {
  await save({ status: "done", result: await file("1") });
  for (let number = 0; number < 60; number++) {
    const payload = await file(`event ${number}`);
    await t.mutation(api.events.record, { token, jobId: "j", event: "trace", payload });
  }
  await t.mutation(api.jobs.remove, { token, jobId: "j" });
  await settle();

  expect(await contents()).toEqual([]);
  expect(await t.run(({ db }) => db.query("jobSpills").take(10))).toEqual([]);
});

test("the sweep of stray files leaves values alone", async () => {
  vi.stubEnv("JOBSYNC_SWEEP_FILES", "on");
  await save({ result: await file("1") });
  await storedFile(t, "stray");
  vi.setSystemTime(Date.now() + 2 * DAY_MS);
  await t.mutation(internal.retention.begin, {});
  await settle();

  expect(await contents()).toEqual(["1"]);
});

describe("is refused, and nothing is written:", () => {
  test("a file that was never stored", async () => {
    const result = { "%file": { storageId: "nothing", sha256: "0".repeat(64) } };

    expect(await refusedWith("file_not_found", save({ result }))).toMatchObject({
      field: "result.storageId",
    });
    expect(await read()).toBeNull();
  });

  test("a file that is another than it is said to be", async () => {
    const { "%file": said } = await file("1");
    const drawing = { "%file": { ...said, sha256: "0".repeat(64) } };

    expect(await refusedWith("file_mismatch", save({ drawing }))).toMatchObject({ field: "drawing.sha256" });
    expect(await read()).toBeNull();
  });

  test.each([
    ["without a hash", { storageId: "x" }, "result.sha256"],
    ["without a file", { sha256: "0".repeat(64) }, "result.storageId"],
    ["with the address that a reader gets", { url: "https://x.test", bytes: 1 }, "result.storageId"],
  ])("a value %s", async (_, said, field) => {
    expect(await refusedWith("invalid_field", save({ result: { "%file": said } }))).toMatchObject({ field });
  });

  test("a file of another job, asset or event, so that nobody can read or delete it by naming it", async () => {
    const result = await file("secret");
    await t.mutation(api.jobs.upsert, { token, record: { id: "other", result } });
    await save({ idea: "x" });

    await refusedWith("invalid_field", save({ result }));
    const payload = result;
    await refusedWith(
      "invalid_field",
      t.mutation(api.events.record, { token, jobId: "j", event: "e", payload }),
    );
    const asset = { jobId: "j", role: "output", filename: "a", ...result["%file"] };
    await refusedWith("invalid_field", t.mutation(api.assets.save, { token, ...asset }));
    expect(await contents()).toEqual(["secret"]);
  });

  test("a file inside a value, where only data can be", async () => {
    const inside = { list: [await file("1")] };

    expect(await refusedWith("invalid_field", save({ drawing: inside }))).toMatchObject({
      field: "drawing.list.0.%file",
    });
  });

  test.each(["error", "stage", "name", "tags"])(
    "a file for %s, which has to stay in the document",
    async (field) => {
      expect(await refusedWith("too_large", save({ [field]: await file("1") }))).toMatchObject({ field });
    },
  );
});

test("the public gets the address of a value in a file, too", async () => {
  await save({ visibility: "public", result: await file("1"), component: await file("22") });

  expect(await t.query(api.jobs.getPublic, { jobId: "j" })).toMatchObject({
    result: await shown("1"),
    component: await shown("22"),
  });
});

test("so many upload URLs are given as are asked for", async () => {
  const { targets } = await t.mutation(api.uploads.generateUrls, { token, count: 3 });

  expect(targets).toHaveLength(3);
  for (const count of [0, 1.5, 101]) {
    await refusedWith("invalid_field", t.mutation(api.uploads.generateUrls, { token, count }));
  }
});
