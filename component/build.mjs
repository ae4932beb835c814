/** Builds what `npm pack` takes: the component's functions file by file, its types, and the client class in one. */
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
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
await build({
  ...options,
  entryPoints: modules.filter((name) => name.endsWith(".ts")).map((name) => join(staged, name)),
  outbase: staged,
  outdir: component,
});
await build({
  ...options,
  entryPoints: [here("src/client.ts")],
  bundle: true,
  packages: "external",
  outfile: join(dist, "client.js"),
});
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
await rm(staged, { recursive: true });
