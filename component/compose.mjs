/** Lays the component's files together: those of convex/, and in the places of some of them the component's own. */
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const own = join(root, "component/src/component");

const isShipped = (name) => name.endsWith(".ts") && !/\.(test|setup)\.ts$|^_generated\//.test(name);

async function sources(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  return files
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .filter(isShipped);
}

export async function compose(to) {
  for (const name of await sources(join(root, "convex"))) {
    await mkdir(dirname(join(to, name)), { recursive: true });
    await cp(join(root, "convex", name), join(to, name));
  }
  for (const name of await sources(own)) {
    const text = await readFile(join(own, name), "utf8");
    // Here they lie beside the files that they import from there.
    const beside = relative(dirname(name), ".") || ".";
    await writeFile(join(to, name), text.replace(/"(?:\.\.\/)+convex\//g, `"${beside}/`));
  }
}
