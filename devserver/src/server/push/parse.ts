/** The body of the CLI's `start_push`, as the engine takes it. */
import type { Json, ModuleSource, Push, PushedDefinition } from "../../engine/api.js";
import { badRequest } from "../api-error.js";
import { isJsonObject, type JsonObject } from "../http/body.js";

export function parsePush(body: JsonObject): Push {
  const { appDefinition, componentDefinitions = [] } = body;
  if (!isJsonObject(appDefinition)) throw invalid("appDefinition must be an object");
  if (!Array.isArray(componentDefinitions)) throw invalid("componentDefinitions must be a list");
  return { app: parseApp(appDefinition), components: componentDefinitions.map(parseComponent) };
}

function parseApp(app: JsonObject): PushedDefinition {
  if (Array.isArray(app.unchangedModuleHashes) && app.unchangedModuleHashes.length > 0) {
    throw invalid("unchangedModuleHashes must be empty: all modules are needed with each push");
  }
  return {
    definitionPath: "",
    config: parseOptionalModule(app.definition),
    schema: parseOptionalModule(app.schema),
    functions: parseModules(app.changedModules, "changedModules"),
    dependencies: parseTexts(app.dependencies),
  };
}

function parseComponent(component: Json): PushedDefinition {
  if (!isJsonObject(component)) throw invalid("a component definition must be an object");
  if (typeof component.definitionPath !== "string") throw invalid("definitionPath must be text");
  return {
    definitionPath: component.definitionPath,
    config: parseOptionalModule(component.definition),
    schema: parseOptionalModule(component.schema),
    functions: parseModules(component.functions, "functions"),
    dependencies: parseTexts(component.dependencies),
  };
}

function parseModules(modules: Json | undefined, name: string): ModuleSource[] {
  if (!Array.isArray(modules)) throw invalid(`${name} must be a list`);
  return modules.map(parseModule);
}

const parseOptionalModule = (module: Json | undefined): ModuleSource | null =>
  module === undefined || module === null ? null : parseModule(module);

function parseModule(module: Json): ModuleSource {
  if (!isJsonObject(module)) throw invalid("a module must be an object");
  const { path, source, environment } = module;
  if (typeof path !== "string" || typeof source !== "string") {
    throw invalid("a module needs a path and a source");
  }
  return { path, source, environment: environment === "node" ? "node" : "isolate" };
}

const parseTexts = (texts: Json | undefined): string[] =>
  Array.isArray(texts) ? texts.filter((text) => typeof text === "string") : [];

const invalid = (what: string) => badRequest("InvalidPush", `The push cannot be used: ${what}.`);
