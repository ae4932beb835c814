import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { api } from "../_generated/api";
import { type Deployment, deployment, sha256Of, storedFile, tokenFor } from "../test.setup";

let t: Deployment;
let token: string;

beforeEach(async () => {
  t = deployment();
  token = await tokenFor("write");
});

function upsert(record: object) {
  return t.mutation(api.jobs.upsert, { token, record });
}

async function view(jobId = "j", claims?: Record<string, string>) {
  const shared = claims === undefined ? {} : { token: await tokenFor("share", { claims }) };
  return await t.query(api.jobs.getPublic, { jobId, ...shared });
}

async function upload(role: string, filename: string, jobId = "j") {
  const content = `${role} ${filename} ${jobId}`;
  const storageId = await storedFile(t, content);
  const fields = { jobId, role, filename, storageId, sha256: await sha256Of(content) };
  return (await t.mutation(api.assets.save, { token, ...fields })).asset;
}

describe("who may see it", () => {
  beforeEach(() => upsert({ id: "j", owner: "me", tags: ["a"] }));

  test("a job is private until it is said to be public, and then again when that is cleared", async () => {
    expect(await view()).toBeNull();
    await upsert({ id: "j", visibility: "public" });
    expect(await view()).toMatchObject({ jobId: "j" });
    await upsert({ id: "j", visibility: null });
    expect(await view()).toBeNull();
  });

  test.each([[{}], [{ job: "j" }], [{ owner: "me" }], [{ tag: "a" }]])(
    "a share token limited to %o shows a private job",
    async (claims) => {
      expect(await view("j", claims)).toMatchObject({ jobId: "j" });
    },
  );

  test.each([[{ job: "k" }], [{ owner: "you" }], [{ tag: "b" }]])(
    "a share token limited to %o is answered as if there were no such job",
    async (claims) => {
      expect(await view("j", claims)).toBeNull();
      expect(await view("nobody", claims)).toBeNull();
    },
  );
});

test("the view of a component has its public files' URLs and nothing private", async () => {
  await upsert({
    id: "j",
    visibility: "public",
    status: "done",
    name: "Button",
    type: "internal",
    prompt: "a button",
    telemetry: { cost: 1 },
    retry_after: 3,
    error: { message: "slow", traceback: "File /srv/secret.py" },
    result: { ok: true },
    component: {
      layout: "row",
      assets: { "b.png": null, "b_mask.png": null, "b_debug.png": null, "x.png": "/tmp/x" },
    },
  });
  const output = await upload("output", "b.png");
  const mask = await upload("mask", "b_mask.png");
  await upload("debug", "b_debug.png");

  expect(await view()).toEqual({
    jobId: "j",
    name: "Button",
    status: "done",
    state: "succeeded",
    retryAfter: 3,
    error: "slow",
    result: { ok: true },
    component: {
      layout: "row",
      assets: { "b.png": output?.url, "b_mask.png": mask?.url, "b_debug.png": null, "x.png": null },
    },
    assets: [mask, output].map((asset) => ({
      role: asset?.role,
      filename: asset?.filename,
      url: asset?.url,
      contentType: null,
      bytes: asset?.bytes,
    })),
    createdAt: expect.any(Number) as number,
    finishedAt: expect.any(Number) as number,
    updatedAt: expect.any(Number) as number,
  });
});

test("a component without assets, and file names that Convex refuses as keys, are shown as they are", async () => {
  await upsert({ id: "plain", visibility: "public", component: "just text" });
  await upsert({ id: "j", visibility: "public", component: { assets: { "%24gr%C3%B6%C3%9Fe.png": null } } });
  const asset = await upload("output", "$größe.png");

  expect(await view("plain")).toMatchObject({ component: "just text" });
  expect(await view()).toMatchObject({ component: { assets: { "%24gr%C3%B6%C3%9Fe.png": asset?.url } } });
});

const ALLOWED = new Set(
  (
    "jobId name status state stage message progress retryAfter error result component assets " +
    "createdAt startedAt finishedAt updatedAt"
  ).split(" "),
);

/** What must never be seen: every secret value has this mark in it. */
const MARK = "tell-nobody";
const secretText = fc.string({ maxLength: 20 }).map((text) => `${MARK} ${text}`);
const secretKey = fc.stringMatching(/^[a-z]{1,12}$/).map((key) => `x_${key}`);

const secrets = fc.record(
  {
    type: secretText,
    owner: secretText,
    source: secretText,
    parent: secretText.map((text) => text.replace(/\p{Cc}/gu, "")),
    tags: fc.array(secretText, { maxLength: 3 }),
    telemetry: fc.dictionary(secretKey, secretText),
    run: fc.record({ system: secretText, id: secretText }),
    error: fc.record({ message: fc.constant("shown"), traceback: secretText, details: secretText }),
  },
  { requiredKeys: [] },
);
const payload = fc.dictionary(secretKey, fc.oneof(secretText, fc.array(secretText), fc.constant(null)));
const status = fc.constantFrom("queued", "processing", "done", "error");
const privateRole = fc.constantFrom("debug", "trace", "log", "input", `${MARK} role`);

test("no generated record leaks its type, its payload, its telemetry, its links or its private files", async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(secrets, payload, status, privateRole, async (core, own, word, role) => {
      const id = `j${count++}`;
      await upsert({ id, visibility: "public", status: word, ...own, ...core });
      const hidden = await upload(role, `${MARK}.png`, id);
      const seen = await view(id);

      expect(Object.keys(seen ?? {}).filter((key) => !ALLOWED.has(key))).toEqual([]);
      expect(JSON.stringify(seen)).not.toContain(MARK);
      expect(JSON.stringify(seen)).not.toContain(hidden?.storageId);
      expect(seen?.assets).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
