import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockFolder } from "./folder-lock.js";

let dir: string;
beforeEach(async () => (dir = await mkdtemp(join(tmpdir(), "jobsync-lock-"))));
afterEach(async () => rm(dir, { recursive: true }));

test("a held folder is refused with the name of the folder and the process, and free after the release", async () => {
  const unlock = await lockFolder(dir);
  await expect(lockFolder(dir)).rejects.toThrow(
    `${dir} is in use by a running deployment (process ${process.pid})`,
  );
  await unlock();
  const again = await lockFolder(dir);
  await again();
  expect(await readdir(dir)).toEqual([]);
});

test("a lock whose holder is gone, or that a crash cut short, does not keep anybody out", async () => {
  for (const left of ['{"pid": 1, "port": 9, "secret": "x"}', '{"pid"']) {
    await writeFile(join(dir, "server.lock"), left);
    await (
      await lockFolder(dir)
    )();
  }
});

test("of several that start at the same moment exactly one gets the folder", async () => {
  const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(dir)));
  const won = attempts.filter((attempt) => attempt.status === "fulfilled");
  expect(won).toHaveLength(1);
  await won[0]?.value();
  expect(await readdir(dir)).toEqual([]);
});
