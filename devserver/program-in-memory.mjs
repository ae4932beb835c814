/** Writes the program of a deployment in memory: the functions of a recorded push are a part of it, not text that it loads. */
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";

const sources = join(dirname(fileURLToPath(import.meta.url)), "src");

/** Returns the path of its first file, to be bundled; all are written into `folder`. */
export async function programOf(push, folder) {
  const bytes = await readFile(push);
  const { appDefinition, componentDefinitions } = JSON.parse(brotliDecompressSync(bytes).toString("utf8"));
  if (componentDefinitions.length > 0) throw new Error("A deployment in memory cannot run components yet.");
  const { changedModules, schema, definition } = appDefinition;
  const modules = changedModules.filter(({ path }) => !path.startsWith("_deps/"));
  for (const { path, source } of [...changedModules, schema]) await unpack(join(folder, path), source);
  if (definition !== null) await unpack(join(folder, "_config", definition.path), definition.source);
  const digest = createHash("sha256").update(bytes).digest("hex");
  const entry = join(folder, "program.js");
  await writeFile(entry, source(modules, schema, definition, digest));
  return entry;
}

async function unpack(path, source) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, source);
}

function source(modules, schema, definition, digest) {
  const config = definition === null ? [] : [`import config from "./_config/${definition.path}";`];
  return [
    // First, since modules use its names while they are evaluated.
    `import ${JSON.stringify(join(sources, "platform/bare-v8/globals.ts"))};`,
    `import { bridgeTo } from ${JSON.stringify(join(sources, "in-memory/bridge.ts"))};`,
    ...modules.map(({ path }, at) => `import * as module${at} from "./${path}";`),
    ...config,
    `import * as schema from "./${schema.path}";`,
    `const functions = new Map([`,
    ...modules.map(({ path }, at) => `  [${JSON.stringify(path)}, module${at}],`),
    `]);`,
    `const push = { app: { definitionPath: "", config: null, schema: null, functions: [], dependencies: [] }, components: [] };`,
    `const app = { definitionPath: "", functions, schema, config: ${config.length > 0 ? "config.export()" : "null"} };`,
    `globalThis.jobsync = bridgeTo({ digest: "${digest}", push, definitions: [app] });`,
    ``,
  ].join("\n");
}
