/** The types of the component's functions, as Convex's CLI gives them to the apps that use it. */
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { atScratchDeployment, convexCli } from "../devserver/scratch.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The CLI has the composed component evaluated by a deployment, and wants an app around it. */
export function typesOf(component) {
  return atScratchDeployment(async (deployment, scratch) => {
    const app = join(scratch, "app");
    await mkdir(join(app, "convex"), { recursive: true });
    await cp(component, join(app, "component"), { recursive: true });
    await symlink(join(root, "node_modules"), join(app, "node_modules"));
    await writeFile(join(app, "package.json"), '{ "type": "module", "dependencies": { "convex": "*" } }');
    const words = ["codegen", "--component-dir", "component", "--typecheck", "disable"];
    await convexCli(deployment, app, ...words);
    return await readFile(join(app, "component/_generated/component.ts"), "utf8");
  });
}
