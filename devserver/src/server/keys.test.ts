import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openKeys } from "./keys.js";

let dir: string;
beforeEach(async () => (dir = await mkdtemp(join(tmpdir(), "jobsync-keys-"))));
afterEach(async () => rm(dir, { recursive: true }));

test("keys are made once, kept, and readable by their owner only", async () => {
  const keys = await openKeys(dir);
  expect(keys.adminKey).toMatch(/^jobsync-local\|[0-9a-f]{64}$/);
  expect(await openKeys(dir)).toEqual(keys);
  expect((await stat(join(dir, "keys.json"))).mode & 0o777).toBe(0o600);
});

test("a damaged key file is named and left alone", async () => {
  await writeFile(join(dir, "keys.json"), '{"adminKey": 1}');
  await expect(openKeys(dir)).rejects.toThrow(/keys\.json does not hold the two keys/);
  expect(await readFile(join(dir, "keys.json"), "utf8")).toBe('{"adminKey": 1}');
});
