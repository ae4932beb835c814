/** Puts an app together as its owner does once: the app's own files, jobsync's functions, and its React package. */
import { execFile } from "node:child_process";
import { cp, mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const example = fileURLToPath(new URL("..", import.meta.url));
const run = promisify(execFile);

const isApp = (path: string) => path !== join(example, "run");

/** `jobsync init` finds that the app's schema has the lines that it needs, and makes router and crons. */
export async function composeApp(to: string): Promise<void> {
  await mkdir(join(to, "node_modules"), { recursive: true });
  await cp(example, to, { recursive: true, filter: isApp });
  await run(join(repository, ".venv/bin/jobsync"), ["init"], { cwd: to });
  const installed = await readdir(join(repository, "node_modules"));
  for (const name of installed.filter((name) => !name.startsWith("."))) {
    await symlink(join(repository, "node_modules", name), join(to, "node_modules", name));
  }
}

/** As `npm install` of the published package. */
export async function installReactPackage(app: string): Promise<void> {
  const cwd = join(repository, "dashboard/react");
  const { stdout } = await run("npm", ["pack", "--silent", "--pack-destination", app], { cwd });
  const archive = join(app, stdout.trim().split("\n").at(-1)!);
  const to = join(app, "node_modules/jobsync-react");
  await mkdir(to);
  await run("tar", ["-xzf", archive, "--strip-components=1", "-C", to]);
}
