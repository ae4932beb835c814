/** Builds what `npm pack` takes: the component's functions file by file, its types, and the client class in one. */
import { copyFile, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";
import { typesOf } from "./codegen.mjs";
import { compose } from "./compose.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const dist = here("dist");
const staged = here("dist/staged");
const component = join(dist, "component");
/** What an app brings itself, or npm for it. */
const external = [/^convex($|\/)/, "jose"];

await rm(dist, { recursive: true, force: true });
await compose(staged);
await mkdir(join(component, "_generated"), { recursive: true });
// Types only, so it is a declaration as it is.
await writeFile(join(component, "_generated/component.d.ts"), await typesOf(staged));

const options = { format: "esm", target: "es2022", logLevel: "warning" };
const modules = await readdir(staged, { recursive: true });
const { outputFiles } = await build({
  ...options,
  entryPoints: modules.filter((name) => name.endsWith(".ts")).map((name) => join(staged, name)),
  outbase: staged,
  outdir: component,
  write: false,
});
for (const { path, text } of outputFiles) {
  await mkdir(dirname(path), { recursive: true });
  // Node, which an app's own tests run in, wants the endings that TypeScript and Convex do without.
  await writeFile(path, text.replace(/ from "(\.[^"]+)";/g, ' from "$1.js";'));
}
await build({
  ...options,
  entryPoints: [here("src/client.ts")],
  bundle: true,
  packages: "external",
  outfile: join(dist, "client.js"),
});
await copyFile(here("../LICENSE"), join(dist, "LICENSE"));
await copyFile(here("src/test.d.ts"), join(dist, "test.d.ts"));
for (const [name, input] of [
  ["client", here("src/client.ts")],
  ["convex.config", here("src/component/convex.config.ts")],
]) {
  const types = await rolldown({
    input: { [name]: input },
    external,
    plugins: [dts({ tsconfig: here("tsconfig.json"), emitDtsOnly: true })],
  });
  await types.write({ dir: dist, format: "es" });
}
await writeFile(join(dist, "test.js"), await registration());
await rm(staged, { recursive: true });

/** For an app's own tests with convex-test, which wants every module of a component by its path. */
async function registration() {
  const files = modules.filter((name) => name.endsWith(".ts")).map((name) => name.replace(/\.ts$/, ".js"));
  const entries = files.map((name) => `  "./component/${name}": () => import("./component/${name}"),`);
  return [
    'import schema from "./component/schema.js";',
    "const modules = {",
    '  "./component/_generated/api.js": () => Promise.resolve({}),',
    ...entries,
    "};",
    'export function register(t, name = "jobsync") {',
    "  t.registerComponent(name, schema, modules);",
    "}",
    "",
  ].join("\n");
}
