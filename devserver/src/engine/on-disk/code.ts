/** Writes pushed bundles to disk, each push in a folder of its own, and imports them. */
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import type { ModuleSource, Push, PushedDefinition } from "../api.js";
import type { CodeDisk } from "../disk.js";
import type { DefinitionExport, LoadedDefinition, Module } from "../modules.js";

const CONFIG_LINK = /_componentDeps\/([\w-]+)/g;

export class FolderOfCode implements CodeDisk {
  constructor(readonly folder: string) {}

  async numbers(): Promise<number[]> {
    await fs.mkdir(this.folder, { recursive: true });
    return (await fs.readdir(this.folder)).map(Number).filter(Number.isInteger);
  }

  async save(number: number, push: Push): Promise<void> {
    await fs.mkdir(this.#path(number), { recursive: true });
    await fs.writeFile(path.join(this.#path(number), "push.json"), JSON.stringify(push), { flush: true });
  }

  async read(number: number): Promise<Push> {
    return JSON.parse(await fs.readFile(path.join(this.#path(number), "push.json"), "utf8")) as Push;
  }

  remove(number: number): Promise<void> {
    return fs.rm(this.#path(number), { recursive: true, force: true });
  }

  async load(number: number, push: Push): Promise<LoadedDefinition[]> {
    const folder = this.#path(number);
    await fs.writeFile(path.join(folder, "package.json"), '{ "type": "module" }\n');
    const names = new Map<string, string>();
    const components: LoadedDefinition[] = [];
    for (const [at, definition] of dependenciesFirst(push.components).entries()) {
      const loaded = await loadDefinition(path.join(folder, `component${at}`), definition, names);
      if (loaded.config?.name !== undefined) names.set(definition.definitionPath, loaded.config.name);
      components.push(loaded);
    }
    return [await loadDefinition(path.join(folder, "app"), push.app, names), ...components];
  }

  #path(number: number): string {
    return path.join(this.folder, String(number));
  }
}

/** A component's default name must be known before what mounts it is evaluated. */
function dependenciesFirst(definitions: Push["components"]): Push["components"] {
  const byPath = new Map(definitions.map((definition) => [definition.definitionPath, definition]));
  const ordered = new Set<Push["components"][number]>();
  const visit = (definition: Push["components"][number]) => {
    for (const dependency of definition.dependencies) {
      const found = byPath.get(dependency);
      if (found !== undefined && !ordered.has(found)) visit(found);
    }
    ordered.add(definition);
  };
  definitions.forEach(visit);
  return [...ordered];
}

/** `names` holds the component name of every definition that was loaded before this one. */
async function loadDefinition(
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
