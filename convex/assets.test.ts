import { beforeEach, describe, expect, test } from "vitest";
import { api } from "./_generated/api";
import type { Id } from "./_generated/dataModel";
import { type Deployment, deployment, refusedWith, sha256Of, storedFile, tokenFor } from "./test.setup";

let t: Deployment;
let token: string;

beforeEach(async () => {
  t = deployment();
  token = await tokenFor("write");
  await t.mutation(api.jobs.upsert, { token, record: { id: "j", status: "processing" } });
});

async function save(content: string, fields: Record<string, unknown> = {}) {
  const storageId = await storedFile(t, content);
  const asked = { jobId: "j", role: "output", filename: "a.png", storageId, sha256: await sha256Of(content) };
  return await t.mutation(api.assets.save, { token, ...asked, ...fields });
}

function list() {
  return t.query(api.assets.list, { token, jobId: "j" });
}

function files() {
  return t.run(({ db }) => db.system.query("_storage").take(100));
}

async function targets(wanted: { role: string; filename: string; sha256?: string }[]) {
  return (await t.mutation(api.assets.generateUploadUrl, { token, jobId: "j", files: wanted })).targets;
}

test("an asset is described by its stored file, and listed with its URL", async () => {
  const { asset } = await save("picture");

  expect(asset).toMatchObject({ jobId: "j", role: "output", filename: "a.png", bytes: 7, contentType: null });
  expect(asset?.sha256).toBe(await sha256Of("picture"));
  expect(asset?.url).toMatch(/^https:/);
  expect(await list()).toEqual([asset]);
});

test("a name may have folders", async () => {
  const { asset } = await save("picture", { filename: "pages/1/a.png" });

  expect(asset?.filename).toBe("pages/1/a.png");
});

test("saving a name again replaces the row and deletes the old file", async () => {
  const old = await save("old");
  const { outcome } = await save("new");
  const [asset, ...others] = await list();

  expect(outcome).toBe("applied");
  expect(others).toEqual([]);
  expect(asset?.sha256).toBe(await sha256Of("new"));
  expect((await files()).map(({ _id }) => _id)).toEqual([asset?.storageId]);
  expect(asset?.storageId).not.toBe(old.asset?.storageId);
});

test("saving the same file again changes nothing", async () => {
  const { asset } = await save("picture");
  const again = await save("picture", { storageId: asset?.storageId });

  expect(again).toMatchObject({ outcome: "unchanged", asset });
});

test.each([
  ["output", true],
  ["mask", true],
  ["preview", true],
  ["thumbnail", true],
  ["debug", false],
  ["trace", false],
  ["log", false],
  ["input", false],
  ["something else", false],
])("the role %s is public: %s, unless said otherwise", async (role, isPublic) => {
  expect((await save("a", { role })).asset?.public).toBe(isPublic);
  expect((await save("b", { role, public: !isPublic })).asset?.public).toBe(!isPublic);
});

describe("a command is refused and nothing is written", () => {
  test.each<[string, Record<string, unknown>, string, string]>([
    ["whose hash is another file's", { sha256: "0".repeat(64) }, "file_mismatch", "sha256"],
    ["whose hash is not one", { sha256: "ABC" }, "invalid_field", "sha256"],
    ["whose file was never stored", { storageId: "nothing" }, "file_not_found", "storageId"],
    ["for a job that does not exist", { jobId: "nobody" }, "job_not_found", "jobId"],
    ["whose name leads out of its folder", { filename: "out/../../a.png" }, "invalid_field", "filename"],
    ["whose name is a whole path", { filename: "/out/a.png" }, "invalid_field", "filename"],
    ["whose name has a backslash", { filename: "out\\a.png" }, "invalid_field", "filename"],
    ["whose name ends in a slash", { filename: "out/" }, "invalid_field", "filename"],
    ["whose name is empty", { filename: "" }, "invalid_field", "filename"],
    ["whose name is too long", { filename: "x".repeat(513) }, "invalid_field", "filename"],
    ["without a role", { role: "" }, "invalid_field", "role"],
  ])("%s", async (_, fields, code, field) => {
    await save("old");
    const before = await list();

    expect(await refusedWith(code as "invalid_field", save("new", fields))).toMatchObject({ field });
    expect(await list()).toEqual(before);
  });
});

test("a file belongs to one asset, so that replacing another cannot delete it", async () => {
  const { asset } = await save("picture");
  const shared = save("picture", { filename: "b.png", storageId: asset?.storageId });

  expect(await refusedWith("invalid_field", shared)).toMatchObject({ field: "storageId" });
});

test("a file that is gone is answered as not found", async () => {
  const storageId = await storedFile(t, "gone");
  await t.run(({ storage }) => storage.delete(storageId as Id<"_storage">));

  await refusedWith("file_not_found", save("gone", { storageId }));
});

test("an older attempt's file is stale and not saved; a finished job still takes files", async () => {
  await t.mutation(api.jobs.upsert, { token, record: { id: "j", status: "done", attempt: 2 } });

  expect(await save("late", { attempt: 1 })).toMatchObject({ outcome: "stale" });
  expect(await list()).toEqual([]);
  expect(await save("trace", { attempt: 2 })).toMatchObject({ outcome: "applied" });
});

test("upload URLs are given for what is missing or differs; what is there is answered as the asset", async () => {
  const { asset } = await save("picture");
  const [present, changed, unknown, other] = await targets([
    { role: "output", filename: "a.png", sha256: await sha256Of("picture") },
    { role: "output", filename: "a.png", sha256: await sha256Of("another") },
    { role: "output", filename: "a.png" },
    { role: "mask", filename: "a.png", sha256: await sha256Of("picture") },
  ]);

  expect(present).toEqual({ kind: "present", asset });
  expect([changed, unknown, other]).toEqual(
    Array(3).fill({ kind: "upload", url: expect.stringMatching(/^https:/) as string }),
  );
});

test.each([
  ["no files", []],
  ["501 files", Array.from({ length: 501 }, (_, index) => ({ role: "output", filename: `${index}` }))],
  ["a name that leads elsewhere", [{ role: "output", filename: "../b" }]],
])("upload URLs are refused for %s", async (_, wanted) => {
  await refusedWith("invalid_field", targets(wanted));
});

test("the assets of a job that does not exist are not an empty list", async () => {
  await refusedWith("job_not_found", t.query(api.assets.list, { token, jobId: "nobody" }));
});

test("upload URLs need a job that exists", async () => {
  const call = t.mutation(api.assets.generateUploadUrl, {
    token,
    jobId: "nobody",
    files: [{ role: "output", filename: "a" }],
  });

  await refusedWith("job_not_found", call);
});
