import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { act, mutate, open, openApp, query, temporaryFolder } from "../../test/engine-harness.js";
import type { Engine } from "./api.js";

const HELLO_SHA256 = createHash("sha256").update("hello").digest("base64");
const plain = { contentType: "text/plain" };
const stored = (folder: string) => [
  ...fs.readdirSync(path.join(folder, "files")),
  ...fs.readdirSync(path.join(folder, "tmp")),
];

async function store(engine: Engine): Promise<string> {
  return (await engine.storage.store("", Readable.from([Buffer.from("hel"), Buffer.from("lo")]), plain))
    .storageId;
}

async function uuidOf(engine: Engine, id: string): Promise<string> {
  const { url } = (await query(engine, "files:info", { id })) as { url: string };
  return url.split("/").at(-1)!;
}

test("a stored file has a row with its hash, size and type, and comes back by its URL, in ranges too", async () => {
  const engine = await openApp("engine");
  const id = await store(engine);
  expect(await query(engine, "files:info", { id })).toMatchObject({
    row: { _id: id, size: 5, sha256: HELLO_SHA256, contentType: "text/plain" },
  });
  const file = (await engine.storage.open("", await uuidOf(engine, id)))!;
  expect(file).toMatchObject({ size: 5, sha256Base64: HELLO_SHA256, contentType: "text/plain" });
  expect(await text(file.read())).toBe("hello");
  expect(await text(file.read({ start: 1, end: 2 }))).toBe("el");
});

test("bytes that do not match the announced hash leave neither file nor row", async () => {
  const folder = temporaryFolder();
  const engine = await openApp("engine", folder);
  const body = Readable.from([Buffer.from("hullo")]);
  const storing = engine.storage.store("", body, { ...plain, sha256Base64: HELLO_SHA256 });
  await expect(storing).rejects.toMatchObject({ name: "Sha256Mismatch" });
  expect(stored(folder)).toEqual([]);
  expect(engine.inspect.page("", "_storage", { order: "asc", limit: 9, cursor: null }).documents).toEqual([]);
});

test("an upload that is cut off leaves neither file nor row", async () => {
  const folder = temporaryFolder();
  const engine = await openApp("engine", folder);
  const cut = Readable.from(
    (function* () {
      yield Buffer.from("half");
      throw new Error("connection lost");
    })(),
  );
  await expect(engine.storage.store("", cut, plain)).rejects.toThrow("connection lost");
  expect(stored(folder)).toEqual([]);
});

test("deleting a file takes it away after the commit, and a rolled back deletion does not", async () => {
  const folder = temporaryFolder();
  const engine = await openApp("engine", folder);
  const id = await store(engine);
  const uuid = await uuidOf(engine, id);
  await expect(mutate(engine, "files:remove", { id, fail: true })).rejects.toThrow("rolled back");
  expect(await engine.storage.open("", uuid)).not.toBeNull();
  await mutate(engine, "files:remove", { id, fail: false });
  expect(await engine.storage.open("", uuid)).toBeNull();
  expect(stored(folder)).toEqual([]);
  expect(await query(engine, "files:info", { id })).toEqual({ row: null, url: null });
});

test("actions read and store files", async () => {
  const engine = await openApp("engine");
  const copy = (await act(engine, "files:copy", { id: await store(engine) })) as string;
  const file = await engine.storage.open("", await uuidOf(engine, copy));
  expect(await text(file!.read())).toBe("HELLO");
});

test("opening the folder keeps files that have rows and removes what a crash left", async () => {
  const folder = temporaryFolder();
  const first = await openApp("engine", folder);
  const uuid = await uuidOf(first, await store(first));
  await first.close();
  fs.writeFileSync(path.join(folder, "tmp", "half"), "x");
  fs.writeFileSync(path.join(folder, "files", "without-row"), "x");
  const second = await open(folder);
  expect(stored(folder)).toEqual([uuid]);
  expect(await text((await second.storage.open("", uuid))!.read())).toBe("hello");
});

test("a file whose bytes a power cut took is gone, and no half of it is given out", async () => {
  const folder = temporaryFolder();
  const first = await openApp("engine", folder);
  const id = await store(first);
  const uuid = await uuidOf(first, id);
  await first.close();
  fs.truncateSync(path.join(folder, "files", uuid), 2);
  const second = await open(folder);
  expect(await second.storage.open("", uuid)).toBeNull();
  expect(await query(second, "files:info", { id })).toEqual({ row: null, url: null });
  expect(stored(folder)).toEqual([]);
});

test("an upload token is good for an hour, for its component, and after a restart", async () => {
  const folder = temporaryFolder();
  let now = Date.UTC(2026, 0, 1);
  const first = await openApp("engine", folder, { now: () => now });
  const url = (await mutate(first, "files:uploadUrl", {})) as string;
  const token = new URL(url).searchParams.get("token")!;
  await first.close();
  const second = await open(folder, { now: () => now });
  expect(second.storage.checkUploadToken(token)).toEqual({ component: "" });
  expect(second.storage.checkUploadToken(token.slice(0, -2))).toEqual({ error: "invalid" });
  now += 3_600_001;
  expect(second.storage.checkUploadToken(token)).toEqual({ error: "expired" });
});
