/**
 * Bundles a Convex project into the push that the official CLI would send: functions with shared chunks,
 * schema and configs on their own, component definitions linked by name.
 */
import * as esbuild from "esbuild";
import * as fs from "node:fs";
import * as path from "node:path";
import type { ModuleSource, Push, PushedDefinition } from "../src/engine/api.js";

const CONDITIONS = ["convex", "module"];

export async function bundleApp(folder: string): Promise<Push> {
  const root = path.resolve(folder);
  const found = new Map<string, PushedDefinition>();
  const app = await bundleDefinition(root, root, found);
  return { app, components: [...found.values()] };
}

async function bundleDefinition(
  folder: string,
  root: string,
  found: Map<string, PushedDefinition>,
): Promise<PushedDefinition> {
  const used: string[] = [];
  const config = await bundleConfig(folder, root, used);
  for (const dependency of used) {
    const definitionPath = path.relative(root, dependency);
    if (!found.has(definitionPath))
      found.set(definitionPath, await bundleDefinition(dependency, root, found));
  }
  return {
    definitionPath: path.relative(root, folder),
    config,
    schema: await bundleSchema(folder),
    functions: await bundleFunctions(folder),
    dependencies: used.map((dependency) => path.relative(root, dependency)),
  };
}

async function bundleConfig(folder: string, root: string, used: string[]): Promise<ModuleSource | null> {
  const entry = ["convex.config.ts", "convex.config.js"]
    .map((name) => path.join(folder, name))
    .find(fs.existsSync);
  if (entry === undefined) return null;
  const link: esbuild.Plugin = {
    name: "component-links",
    setup(build) {
      build.onResolve({ filter: /convex\.config(\.js|\.ts)?$/ }, async (args) => {
        if (args.kind === "entry-point" || args.pluginData === "inner") return undefined;
        const { resolveDir, kind } = args;
        const target = await build.resolve(args.path, { resolveDir, kind, pluginData: "inner" });
        const dependency = path.dirname(target.path);
        used.push(dependency);
        const encoded = Buffer.from(path.relative(root, dependency)).toString("base64url");
        return { path: `./_componentDeps/${encoded}`, external: true };
      });
    },
  };
  const result = await esbuild.build({ ...shared(folder), entryPoints: [entry], plugins: [link] });
  return isolateModule("convex.config.js", result.outputFiles[0]!.text);
}

async function bundleSchema(folder: string): Promise<ModuleSource | null> {
  const entry = ["schema.ts", "schema.js"].map((name) => path.join(folder, name)).find(fs.existsSync);
  if (entry === undefined) return null;
  const result = await esbuild.build({ ...shared(folder), entryPoints: [entry] });
  return isolateModule("schema.js", result.outputFiles[0]!.text);
}

async function bundleFunctions(folder: string): Promise<ModuleSource[]> {
  const result = await esbuild.build({
    ...shared(folder),
    entryPoints: functionFiles(folder),
    splitting: true,
    chunkNames: "_deps/[hash]",
  });
  return result.outputFiles.map(({ path: file, text }) =>
    isolateModule(path.relative(path.join(folder, "out"), file), text),
  );
}

function functionFiles(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /^[^.]+\.(ts|js)$/.test(path.basename(name)))
    .filter((name) => !name.includes("_generated") && !/^schema\./.test(name))
    .map((name) => path.join(folder, name));
}

function shared(folder: string): esbuild.BuildOptions & { write: false } {
  return {
    bundle: true,
    platform: "browser",
    format: "esm",
    target: "esnext",
    conditions: CONDITIONS,
    write: false,
    outdir: path.join(folder, "out"),
    outbase: folder,
    logLevel: "silent",
  };
}

function isolateModule(modulePath: string, source: string): ModuleSource {
  return { path: modulePath.split(path.sep).join("/"), source, environment: "isolate" };
}
