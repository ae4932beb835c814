import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api, internal } from "./_generated/api";
import { sha256OfDigests } from "./model/digest";
import { type Deployment, deployment, refusedWith, sha256Of, storedFile, tokenFor } from "./test.setup";

const DAY_MS = 24 * 60 * 60 * 1000;
const NAME = { jobId: "j", role: "output", filename: "big.bin" };

let t: Deployment;
let token: string;

beforeEach(async () => {
  vi.useFakeTimers();
  t = deployment();
  token = await tokenFor("write", { expiresIn: 30 * DAY_MS });
  await t.mutation(api.jobs.upsert, { token, record: { id: "j", status: "processing" } });
});

afterEach(() => vi.useRealTimers());

type Fields = { index: number; sha256: string };
type Staging = { partCount: number; stored?: (Fields & { storageId: string })[]; wanted?: Fields[] };

async function stage({ partCount, stored = [], wanted = [] }: Staging, name: object = {}) {
  const args = { token, ...NAME, ...name, partCount, stored, wanted };
  return (await t.mutation(api.assets.stageParts, args)).targets;
}

async function part(index: number, content: string) {
  return { index, sha256: await sha256Of(content) };
}

async function storedPart(index: number, content: string) {
  return { ...(await part(index, content)), storageId: await storedFile(t, content) };
}

async function stageAll(contents: string[]) {
  const stored = await Promise.all(contents.map((content, index) => storedPart(index, content)));
  for (let from = 0; from < stored.length; from += 100) {
    await stage({ partCount: contents.length, stored: stored.slice(from, from + 100) });
  }
}

async function save(contents: string[], fields: object = {}) {
  const hashes = await Promise.all(contents.map(async (content) => ({ sha256: await sha256Of(content) })));
  const parts = { count: contents.length, sha256: await sha256OfDigests(hashes) };
  const sha256 = await sha256Of(contents.join(""));
  return await t.mutation(api.assets.save, { token, ...NAME, sha256, parts, ...fields });
}

async function upload(contents: string[]) {
  await stageAll(contents);
  return await save(contents);
}

function partsListed() {
  return t.query(api.assets.list, { token, jobId: "j" }).then(([asset]) => asset?.parts);
}

/** The contents of everything in storage, and how many documents there are for uploads. */
function remaining() {
  return t.run(async ({ db, storage }) => {
    const files = await db.system.query("_storage").take(1000);
    const contents = await Promise.all(files.map(async ({ _id }) => (await storage.get(_id))?.text()));
    const uploads = await db.query("jobUploads").take(1000);
    const parts = await db.query("jobParts").take(1000);
    return { contents: contents.sort(), uploads: uploads.length, parts: parts.length };
  });
}

async function settle() {
  await t.finishAllScheduledFunctions(() => vi.runAllTimers());
}

test("the staged parts of a name become one asset, in their order", async () => {
  const { outcome, asset } = await upload(["one", "two", "3"]);

  expect(outcome).toBe("applied");
  expect(asset).toMatchObject({ storageId: null, url: null, bytes: 7, partCount: 3 });
  expect(asset?.sha256).toBe(await sha256Of("onetwo3"));
  expect(await partsListed()).toEqual([
    { url: expect.stringMatching(/^https:/) as string, bytes: 3, sha256: await sha256Of("one") },
    { url: expect.stringMatching(/^https:/) as string, bytes: 3, sha256: await sha256Of("two") },
    { url: expect.stringMatching(/^https:/) as string, bytes: 1, sha256: await sha256Of("3") },
  ]);
});

test("what is staged is not asked for again, so that an upload goes on where it broke off", async () => {
  await stage({ partCount: 3, stored: [await storedPart(0, "one"), await storedPart(2, "3")] });
  const wanted = [await part(0, "one"), await part(1, "two"), await part(2, "other")];

  expect((await stage({ partCount: 3, wanted })).map(({ kind }) => kind)).toEqual([
    "staged",
    "upload",
    "upload",
  ]);
});

test("staging the same part again changes nothing, and another one takes its place", async () => {
  const stored = await storedPart(0, "one");
  await stage({ partCount: 2, stored: [stored] });
  await stage({ partCount: 2, stored: [stored] });
  await stage({ partCount: 2, stored: [await storedPart(0, "two")] });

  expect(await remaining()).toEqual({ contents: ["two"], uploads: 1, parts: 1 });
});

test("a part that the asset has already is taken over, and what is replaced goes", async () => {
  await upload(["same", "old", "same too"]);
  const wanted = [await part(0, "same"), await part(1, "new"), await part(2, "same too")];
  const targets = await stage({ partCount: 3, wanted });
  await stage({ partCount: 3, stored: [await storedPart(1, "new")] });
  const { asset } = await save(["same", "new", "same too"]);
  await settle();

  expect(targets.map(({ kind }) => kind)).toEqual(["staged", "upload", "staged"]);
  expect(asset?.sha256).toBe(await sha256Of("samenewsame too"));
  expect(await remaining()).toEqual({ contents: ["new", "same", "same too"], uploads: 1, parts: 3 });
});

test("the old content stays until the new one is whole", async () => {
  const { asset } = await upload(["one", "two"]);
  await stage({ partCount: 3, stored: [await storedPart(0, "new")] });
  await settle();

  expect(await t.query(api.assets.list, { token, jobId: "j" })).toMatchObject([asset]);
});

test("a file in parts and one that is whole replace each other, and leave nothing", async () => {
  const storageId = await storedFile(t, "whole");
  const whole = { storageId, sha256: await sha256Of("whole"), parts: undefined };
  await upload(["one", "two"]);
  const small = await save([], whole);
  await settle();
  expect(small.asset).toMatchObject({ storageId, bytes: 5 });
  expect(small.asset).not.toHaveProperty("partCount");
  expect(await remaining()).toEqual({ contents: ["whole"], uploads: 0, parts: 0 });

  await upload(["one", "two"]);
  await settle();
  expect(await remaining()).toEqual({ contents: ["one", "two"], uploads: 1, parts: 2 });
});

test("saving again what is there changes only who may see it", async () => {
  await upload(["one", "two"]);

  expect(await save(["one", "two"])).toMatchObject({ outcome: "unchanged" });
  expect(await save(["one", "two"], { parts: undefined, public: false })).toMatchObject({
    outcome: "applied",
    asset: { public: false, bytes: 6 },
  });
});

test("other parts than those of an upload under way begin another one", async () => {
  await stage({ partCount: 3, stored: [await storedPart(0, "one")] });
  await stage({ partCount: 2, stored: [await storedPart(0, "two")] });
  await settle();

  expect(await remaining()).toEqual({ contents: ["two"], uploads: 1, parts: 1 });
});

describe("is refused and leaves the asset as it was:", () => {
  test.each<[string, () => Promise<unknown>, string, string]>([
    ["fewer parts than it names", () => save(["one", "two", "3"]), "file_mismatch", "parts"],
    ["other parts than it names", () => save(["one", "three"]), "file_mismatch", "parts"],
    ["no parts at all", () => save([]), "invalid_field", "parts.count"],
    [
      "a file that is neither stored nor there",
      () => save(["x"], { parts: undefined }),
      "file_not_found",
      "storageId",
    ],
    [
      "a count that is not whole",
      () => save(["x"], { parts: { count: 1.5, sha256: "0".repeat(64) } }),
      "invalid_field",
      "parts.count",
    ],
  ])("%s", async (_, call, code, field) => {
    await upload(["old", "er"]);
    await stageAll(["one", "two"]);
    const before = await t.query(api.assets.list, { token, jobId: "j" });

    expect(await refusedWith(code as "invalid_field", call())).toMatchObject({ field });
    expect(await t.query(api.assets.list, { token, jobId: "j" })).toEqual(before);
  });
});

describe("staging is refused for", () => {
  const hash = "0".repeat(64);

  test.each<[string, Staging, string]>([
    ["no parts", { partCount: 0 }, "partCount"],
    ["more parts than a transaction can read", { partCount: 4001 }, "partCount"],
    ["a part beyond the last", { partCount: 2, wanted: [{ index: 2, sha256: hash }] }, "wanted.0.index"],
    ["half a part", { partCount: 2, wanted: [{ index: 0.5, sha256: hash }] }, "wanted.0.index"],
    ["a hash that is none", { partCount: 2, wanted: [{ index: 0, sha256: "x" }] }, "wanted.0.sha256"],
    [
      "too many at once",
      { partCount: 200, wanted: Array.from({ length: 101 }, (_, index) => ({ index, sha256: hash })) },
      "wanted",
    ],
  ])("%s", async (_, staging, field) => {
    expect(await refusedWith("invalid_field", stage(staging))).toMatchObject({ field });
  });

  test("a name that leads elsewhere", async () => {
    await refusedWith("invalid_field", stage({ partCount: 1 }, { filename: "../a" }));
  });

  test("a file that was never stored, or is another", async () => {
    const stored = await storedPart(0, "one");

    await refusedWith("file_not_found", stage({ partCount: 1, stored: [{ ...stored, storageId: "x" }] }));
    await refusedWith("file_mismatch", stage({ partCount: 1, stored: [{ ...stored, sha256: hash }] }));
  });

  test("a file that is something else's, so that nobody can have it deleted", async () => {
    const stored = await storedPart(0, "one");
    await stage({ partCount: 1, stored: [stored] });
    const again = (name: object) => stage({ partCount: 2, stored: [{ ...stored, index: 1 }] }, name);

    expect(await refusedWith("invalid_field", again({ filename: "b" }))).toMatchObject({
      field: "stored.0.storageId",
    });
    const taken = save(["one"], { filename: "c", storageId: stored.storageId, parts: undefined });
    expect(await refusedWith("invalid_field", taken)).toMatchObject({ field: "storageId" });
  });
});

test("an upload is given up after a week in which nobody went on with it", async () => {
  await upload(["kept"]);
  await stage({ partCount: 2, stored: [await storedPart(0, "one")] }, { filename: "old" });
  vi.setSystemTime(Date.now() + 4 * DAY_MS);
  await stage({ partCount: 2, stored: [await storedPart(0, "two")] }, { filename: "new" });
  vi.setSystemTime(Date.now() + 4 * DAY_MS);
  await t.mutation(internal.retention.begin, {});
  await settle();

  expect(await remaining()).toEqual({ contents: ["kept", "two"], uploads: 2, parts: 2 });
});

test("the sweep of stray files leaves parts alone, staged or not", async () => {
  vi.stubEnv("JOBSYNC_SWEEP_FILES", "on");
  await upload(["kept"]);
  await storedFile(t, "stray");
  vi.setSystemTime(Date.now() + 6 * DAY_MS);
  await stage({ partCount: 2, stored: [await storedPart(0, "one")] }, { filename: "b" });
  await t.mutation(internal.retention.begin, {});
  await settle();
  vi.unstubAllEnvs();

  expect((await remaining()).contents).toEqual(["kept", "one"]);
});

test("a job goes with its uploads, staged or not", async () => {
  await upload(Array.from({ length: 150 }, (_, index) => `${index}`));
  await stage({ partCount: 2, stored: [await storedPart(0, "one")] });
  await t.mutation(api.jobs.upsert, { token, record: { id: "j", status: "done" } });
  await t.mutation(api.jobs.remove, { token, jobId: "j" });
  await settle();

  expect(await remaining()).toEqual({ contents: [], uploads: 0, parts: 0 });
});

/** Staged as many calls would have, which would take this mock minutes. */
async function stageThousands(count: number): Promise<string[]> {
  const hashes = await Promise.all(Array.from({ length: count }, (_, index) => sha256Of(`${index}`)));
  await stage({ partCount: count });
  await t.run(async ({ db, storage }) => {
    const storageId = await storage.store(new Blob(["x"]));
    const [upload] = await db.query("jobUploads").take(1);
    if (upload === undefined) throw new Error("nothing is staged");
    const { _id, job } = upload;
    for (const [index, sha256] of hashes.entries()) {
      await db.insert("jobParts", { job, upload: _id, index, sha256, storageId, bytes: 1 });
    }
  });
  return hashes;
}

test("an asset of thousands of parts fits Convex's limits; its parts come in pages", async () => {
  const hashes = await stageThousands(4000);
  const parts = { count: 4000, sha256: await sha256OfDigests(hashes.map((sha256) => ({ sha256 }))) };
  const { asset } = await t.mutation(api.assets.save, { token, ...NAME, sha256: "0".repeat(64), parts });
  const paginationOpts = { cursor: null, numItems: 200 };
  const page = await t.query(api.assets.parts, { token, ...NAME, paginationOpts });

  expect(asset).toMatchObject({ partCount: 4000, bytes: 4000 });
  expect(await partsListed()).toBeUndefined();
  expect(page.page.map(({ sha256 }) => sha256)).toEqual(hashes.slice(0, 200));
  expect(page.isDone).toBe(false);
});

test("the public sees the parts of a public file", async () => {
  await upload(["one", "two"]);
  await t.mutation(api.jobs.upsert, { token, record: { id: "j", visibility: "public" } });
  const view = await t.query(api.jobs.getPublic, { jobId: "j" });

  expect(view?.assets).toMatchObject([{ filename: "big.bin", url: null, bytes: 6, partCount: 2 }]);
  expect(view?.assets[0]?.parts).toEqual(await partsListed());
});

test("a file is found by its name", async () => {
  await upload(["one", "two"]);
  const get = (filename: string) => t.query(api.assets.get, { token, ...NAME, filename });

  expect(await get("big.bin")).toMatchObject({ bytes: 6, parts: [{ bytes: 3 }, { bytes: 3 }] });
  expect(await get("none")).toBeNull();
});
