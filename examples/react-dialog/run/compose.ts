/** Puts an app together as its owner does once, by hand: jobsync's functions and the app's own in one folder. */
import { cp, mkdir, rename, symlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const example = fileURLToPath(new URL("..", import.meta.url));

const isShipped = (path: string) => !/(\.(test|setup)\.ts|_generated)$/.test(basename(path));
const isApp = (path: string) => path !== join(example, "run");

/** jobsync's schema gets a name of its own there, for the app's schema to include. */
export async function composeApp(to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await cp(join(repository, "convex"), join(to, "convex"), { recursive: true, filter: isShipped });
  await rename(join(to, "convex/schema.ts"), join(to, "convex/jobsyncSchema.ts"));
  await cp(example, to, { recursive: true, filter: isApp });
  await symlink(join(repository, "node_modules"), join(to, "node_modules"));
}
