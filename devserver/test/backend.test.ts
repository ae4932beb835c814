/** The folder `convex/` of this repository, as a person deploys it. */
import { cp, mkdir, readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { convex, makeFolder, start, stop, type Deployment } from "./deployment.js";

vi.setConfig({ testTimeout: 90_000, hookTimeout: 30_000 });

const root = fileURLToPath(new URL("../..", import.meta.url));
let deployment: Deployment;
let folder: Awaited<ReturnType<typeof makeFolder>>;

/** Only what a clone holds: generated code is compared with what the deployment generates. */
async function copyBackend(to: string): Promise<void> {
  await mkdir(to);
  for (const part of ["convex", "contract"]) await cp(join(root, part), join(to, part), { recursive: true });
  await cp(join(root, "package.json"), join(to, "package.json"));
  await symlink(join(root, "node_modules"), join(to, "node_modules"));
}

async function generatedFiles(app: string): Promise<Record<string, string>> {
  const generated = join(app, "convex/_generated");
  const names = (await readdir(generated)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(generated, name), "utf8")));
  return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? ""]));
}

beforeAll(async () => {
  folder = await makeFolder();
  deployment = await start(join(folder.path, "data"));
});

afterAll(async () => {
  await stop(deployment);
  await folder.remove();
});

test("npx convex deploy passes its own typecheck, and generates what is committed", async () => {
  const app = join(folder.path, "app");
  await copyBackend(app);

  const { code, stderr } = await convex(deployment, app, "deploy", "-y", "--typecheck", "enable");

  expect(code, stderr).toBe(0);
  expect(await generatedFiles(app)).toEqual(await generatedFiles(root));
});
