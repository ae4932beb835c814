import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { ConvexHttpClient } from "convex/browser";
import type { Id } from "./apps/basic/convex/_generated/dataModel.js";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { api } from "./apps/basic/convex/_generated/api.js";
import { deploy, makeFolder, start, stop, type Deployment } from "./deployment.js";

let deployment: Deployment;
let folder: Awaited<ReturnType<typeof makeFolder>>;
let client: ConvexHttpClient;

beforeAll(async () => {
  folder = await makeFolder();
  deployment = await start(folder.path);
  await deploy(deployment, "basic");
  client = new ConvexHttpClient(deployment.url, { logger: false });
});

afterAll(async () => {
  await stop(deployment);
  await folder.remove();
});

const sha256 = (text: string) => createHash("sha256").update(text).digest("base64");

async function upload(body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(await client.mutation(api.files.uploadUrl, {}), { method: "POST", body, headers });
}

async function uploaded(body: string, headers: Record<string, string> = {}): Promise<Id<"_storage">> {
  const response = await upload(body, headers);
  expect(response.status).toBe(200);
  return ((await response.json()) as { storageId: Id<"_storage"> }).storageId;
}

async function urlOf(storageId: Id<"_storage">): Promise<string> {
  const url = await client.query(api.files.url, { storageId });
  expect(url).not.toBeNull();
  return url ?? "";
}

const code = async (response: Response) => [
  response.status,
  ((await response.json()) as { code: string }).code,
];

/** Everything on disk below the data folder, to see that nothing is left over. */
const filesOnDisk = async () =>
  (await readdir(folder.path, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();

test("a file comes back with its bytes, type, length and digest", async () => {
  const storageId = await uploaded("hello", {
    "content-type": "text/x-test; charset=utf-8",
    digest: `sha-256=${sha256("hello")}`,
  });
  const response = await fetch(await urlOf(storageId));
  expect(await response.text()).toBe("hello");
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-type": "text/x-test; charset=utf-8",
    "content-length": "5",
    "accept-ranges": "bytes",
    "cache-control": "private, max-age=2592000",
    digest: `sha-256=${sha256("hello")}`,
  });
  const rows = await client.query(api.files.stored, {});
  expect(rows).toContainEqual(expect.objectContaining({ _id: storageId, size: 5, sha256: sha256("hello") }));
});

test("HEAD answers the headers alone", async () => {
  const response = await fetch(await urlOf(await uploaded("hello")), { method: "HEAD" });
  expect(response.headers.get("content-length")).toBe("5");
  expect(await response.text()).toBe("");
});

test("an empty file is a file", async () => {
  const response = await fetch(await urlOf(await uploaded("")));
  expect([response.status, await response.text()]).toEqual([200, ""]);
});

test("one range is answered in part, several and impossible ones are refused", async () => {
  const url = await urlOf(await uploaded("0123456789"));
  const part = await fetch(url, { headers: { range: "bytes=2-4" } });
  expect([part.status, await part.text(), part.headers.get("content-range")]).toEqual([
    206,
    "234",
    "bytes 2-4/10",
  ]);
  const tail = await fetch(url, { headers: { range: "bytes=-2" } });
  expect(await tail.text()).toBe("89");
  for (const range of ["bytes=10-", "bytes=0-1,4-5"]) {
    const refused = await fetch(url, { headers: { range } });
    expect([refused.status, refused.headers.get("content-range")]).toEqual([416, "bytes */10"]);
  }
});

test("a wrong Digest is refused and leaves neither row nor file", async () => {
  const [rows, files] = [await client.query(api.files.stored, {}), await filesOnDisk()];
  const response = await upload("hello", { digest: `sha-256=${sha256("other")}` });
  expect(await code(response)).toEqual([400, "Sha256Mismatch"]);
  expect(await client.query(api.files.stored, {})).toEqual(rows);
  expect(await filesOnDisk()).toEqual(files);
});

test("a cut upload leaves neither row nor file", async () => {
  const [rows, files] = [await client.query(api.files.stored, {}), await filesOnDisk()];
  const url = await client.mutation(api.files.uploadUrl, {});
  const cut = httpRequest(url, { method: "POST", headers: { "content-length": 1_000_000 } });
  const failed = new Promise((resolve) => cut.once("error", resolve));
  await new Promise<void>((resolve) => cut.write(Buffer.alloc(500_000), () => resolve()));
  cut.destroy();
  await failed;
  await vi.waitFor(async () => expect(await filesOnDisk()).toEqual(files));
  expect(await client.query(api.files.stored, {})).toEqual(rows);
});

test("uploads need a token of this deployment, whole URLs need an existing file", async () => {
  const at = (path: string, init?: RequestInit) => fetch(deployment.url + path, init);
  expect(await code(await at("/api/storage/upload?token=x", { method: "POST" }))).toEqual([
    401,
    "StorageTokenInvalid",
  ]);
  expect(await code(await at("/api/storage/kg2abc"))).toEqual([400, "InvalidStoragePath"]);
  expect(await code(await at("/api/storage/00000000-0000-4000-8000-000000000000"))).toEqual([
    404,
    "FileNotFound",
  ]);
});

test("a refused upload is answered, not cut, however large it is", async () => {
  const body = Buffer.alloc(20 * 2 ** 20);
  const response = await fetch(`${deployment.url}/api/storage/upload?token=x`, { method: "POST", body });
  expect(await code(response)).toEqual([401, "StorageTokenInvalid"]);
});

test("web pages of any origin may upload and download", async () => {
  const url = await client.mutation(api.files.uploadUrl, {});
  const preflight = await fetch(url, {
    method: "OPTIONS",
    headers: { "access-control-request-headers": "content-type,digest" },
  });
  expect(preflight.headers.get("access-control-allow-headers")).toBe("content-type,digest");
  const response = await fetch(await urlOf(await uploaded("hello")));
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
});
