/** What a push is made of, in the terms in which the CLI wants to hear it. */
import type { AnalyzedDefinition, Analysis, Json } from "./api.js";
import type { Deployment } from "./deployment.js";
import { analyzeFunctions } from "./functions.js";
import type { LoadedDefinition, Module } from "./modules.js";
import { exportSchema } from "./schema.js";

export function analyze(definitions: LoadedDefinition[], deployment: Deployment): Analysis {
  return {
    definitions: definitions.map(analyzeDefinition),
    mounted: Object.fromEntries(
      [...deployment.components].map(([path, { definition }]) => [path, definition.definitionPath]),
    ),
  };
}

function analyzeDefinition(definition: LoadedDefinition): AnalyzedDefinition {
  const modules = [...definition.functions].map(
    ([path, module]) => [path, analyzeModule(path, module)] as const,
  );
  return {
    definitionPath: definition.definitionPath,
    definition: definition.config as Json,
    schema: exportSchema(definition.schema),
    modules: Object.fromEntries(modules),
  };
}

function analyzeModule(path: string, module: Module): AnalyzedDefinition["modules"][string] {
  return {
    functions: analyzeFunctions(module),
    httpRoutes: path === "http.js" ? httpRoutes(module) : null,
    cronSpecs: path === "crons.js" ? exportCrons(module) : null,
  };
}

function httpRoutes(module: Module): [string, string][] | null {
  const router = module["default"] as
    { isRouter?: true; getRoutes?(): [string, string, unknown][] } | undefined;
  if (router?.isRouter !== true) throw new Error("http.ts must export an `httpRouter()` as default.");
  return router.getRoutes!().map(([path, method]) => [path, method]);
}

/** What `cronJobs().export()` says; null without crons. */
export function exportCrons(module: Module | undefined): Json {
  if (module === undefined) return null;
  const crons = module["default"] as { isCrons?: true; export?(): string } | undefined;
  if (crons?.isCrons !== true) throw new Error("crons.ts must export `cronJobs()` as default.");
  return JSON.parse(crons.export!()) as Json;
}
