/** Writes pushed bundles to disk, each push in a folder of its own, and imports them. */
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import type { ModuleSource, PushedDefinition } from "./api.js";

export type Module = Record<string, unknown>;

/** The modules of one component definition. */
export interface LoadedDefinition {
  definitionPath: string;
  /** What the default export of `convex.config` exports, or null without one. */
  config: DefinitionExport | null;
  schema: Module | null;
  /** By module path as pushed, shared chunks left out. */
  functions: Map<string, Module>;
}

/** The JSON of `defineApp()` or `defineComponent()`. */
export interface DefinitionExport {
  name?: string;
  httpPrefix?: string;
  childComponents: { name: string; path: string; env: [string, EnvironmentBinding][] | null }[];
  httpMounts: Record<string, string>;
  [other: string]: unknown;
}

export type EnvironmentBinding = { type: "value"; value: string } | { type: "envVar"; name: string };

const CONFIG_LINK = /_componentDeps\/([\w-]+)/g;

/** `names` holds the component name of every definition that was loaded before this one. */
export async function loadDefinition(
  folder: string,
  definition: PushedDefinition,
  names: Map<string, string>,
): Promise<LoadedDefinition> {
  await writeModules(folder, definition.functions);
  const functions = new Map<string, Module>();
  for (const { path: modulePath } of definition.functions) {
    if (!modulePath.startsWith("_deps/")) functions.set(modulePath, await importModule(folder, modulePath));
  }
  const schema = definition.schema && (await writeAndImport(folder, definition.schema));
  const config =
    definition.config && (await loadConfig(path.join(folder, "_config"), definition.config, names));
  return { definitionPath: definition.definitionPath, config, schema, functions };
}

/** A config imports the definitions it uses from `_componentDeps/<encoded path>`: stand-ins with their names. */
async function loadConfig(
  folder: string,
  config: ModuleSource,
  names: Map<string, string>,
): Promise<DefinitionExport> {
  for (const [, encoded] of config.source.matchAll(CONFIG_LINK)) {
    const componentDefinitionPath = Buffer.from(encoded!, "base64url").toString();
    const link = { componentDefinitionPath, defaultName: names.get(componentDefinitionPath) };
    await writeModule(folder, `_componentDeps/${encoded}.js`, `export default ${JSON.stringify(link)};\n`);
  }
  const source = config.source.replaceAll(CONFIG_LINK, "_componentDeps/$1.js");
  const module = await writeAndImport(folder, { ...config, source });
  return (module["default"] as { export(): DefinitionExport }).export();
}

async function writeAndImport(folder: string, module: ModuleSource): Promise<Module> {
  await writeModule(folder, module.path, module.source);
  return importModule(folder, module.path);
}

async function writeModules(folder: string, modules: ModuleSource[]): Promise<void> {
  for (const { path: modulePath, source } of modules) await writeModule(folder, modulePath, source);
}

async function writeModule(folder: string, modulePath: string, source: string): Promise<void> {
  const filename = insideFolder(folder, modulePath);
  await fs.mkdir(path.dirname(filename), { recursive: true });
  await fs.writeFile(filename, source);
}

async function importModule(folder: string, modulePath: string): Promise<Module> {
  const url = pathToFileURL(insideFolder(folder, modulePath)).href;
  try {
    return (await import(/* @vite-ignore */ url)) as Module;
  } catch (error) {
    throw new Error(`Loading the pushed module "${modulePath}" failed: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function insideFolder(folder: string, modulePath: string): string {
  const filename = path.resolve(folder, modulePath);
  if (filename.startsWith(path.resolve(folder) + path.sep)) return filename;
  throw new Error(
    `The pushed module path "${modulePath}" leads out of its folder: use a relative path without "..".`,
  );
}
