/** The answers of the deploy endpoints. */
import type { AnalyzedDefinition, Analysis, Json, Staged } from "../../engine/api.js";
import { isJsonObject, type JsonObject } from "../http/body.js";
import { describeDefinition } from "./analysis.js";

type IndexDiff = ReturnType<Staged["indexDiff"]>[string];

export function startPushAnswer(stageId: string, staged: Staged): JsonObject {
  const { analysis } = staged;
  return {
    // Values could be secrets, and the CLI only needs them to blot them out of what it prints.
    environmentVariables: {},
    externalDepsId: null,
    componentDefinitionPackages: {},
    appAuth: [],
    analysis: Object.fromEntries(
      analysis.definitions.map((definition) => [definition.definitionPath, describeDefinition(definition)]),
    ),
    app: describeComponent(analysis, "", ""),
    schemaChange: schemaChange(stageId, staged),
  };
}

/** The stage travels with the schema change: the CLI sends that back when it waits and when it finishes. */
export function schemaChange(stageId: string, staged: Staged): JsonObject {
  return {
    allocatedComponentIds: {},
    schemaIds: { stage: stageId },
    indexDiffs: Object.fromEntries(
      Object.entries(staged.indexDiff()).map(([path, diff]) => [path, describeIndexDiff(diff)]),
    ),
  };
}

export function stageIdOf(schemaChange: Json | undefined): string | null {
  const ids = isJsonObject(schemaChange) ? schemaChange.schemaIds : undefined;
  return isJsonObject(ids) && typeof ids.stage === "string" ? ids.stage : null;
}

export function waitForSchemaAnswer(staged: Staged): JsonObject {
  const broken = staged.checkDocuments();
  if (broken === null) return { type: "complete" };
  const { component, table, error } = broken;
  return { type: "failed", error, componentPath: component, tableName: table };
}

export function evaluateSchemaAnswer(staged: Staged, mounted: Set<string>): JsonObject {
  const { analysis } = staged;
  const diffs = staged.indexDiff();
  const evaluation = ([path, definitionPath]: [string, string]): [string, Json] => {
    const diff = diffs[path] ?? { added: [], removed: [] };
    const indexes = [...predict(diff.added, "added"), ...predict(diff.removed, "dropped")];
    return [path, { definitionPath, schemaValidation: true, tables: [], indexes }];
  };
  return {
    componentSchemaEvaluations: Object.fromEntries(Object.entries(analysis.mounted).map(evaluation)),
    newComponentDefinitions: Object.keys(analysis.mounted).filter((path) => !mounted.has(path)),
  };
}

/** Indexes are in memory and built at once, so there is never a backfill to wait for. */
const predict = (indexes: IndexDiff["added"], change: "added" | "dropped"): Json[] =>
  indexes.map((index) => ({ ...describeIndex(index), change, needsBackfill: false, numDocs: 0 }));

export function finishPushAnswer(staged: Staged, mounted: Set<string>): JsonObject {
  const diffs = staged.indexDiff();
  const componentDiff = (path: string): Json => ({
    diffType: { type: mounted.has(path) ? "modify" : "create" },
    moduleDiff: { added: [], removed: [] },
    udfConfigDiff: null,
    cronDiff: { added: [], updated: [], deleted: [] },
    indexDiff: describeIndexDiff(diffs[path] ?? { added: [], removed: [] }),
    schemaDiff: null,
  });
  return {
    authDiff: { added: [], removed: [] },
    definitionDiffs: {},
    componentDiffs: Object.fromEntries(
      Object.keys(staged.analysis.mounted).map((path) => [path, componentDiff(path)]),
    ),
  };
}

const describeIndexDiff = ({ added, removed }: IndexDiff): JsonObject => ({
  added_indexes: added.map(describeIndex),
  removed_indexes: removed.map(describeIndex),
});

const describeIndex = ([table, index, fields]: IndexDiff["added"][number]): JsonObject => ({
  type: "database",
  name: `${table}.${index}`,
  fields,
});

function describeComponent(analysis: Analysis, definitionPath: string, componentPath: string): JsonObject {
  const definition = analysis.definitions.find((one) => one.definitionPath === definitionPath);
  const children = childComponents(definition).map(({ name, path }): [string, Json] => [
    name,
    describeComponent(analysis, path, componentPath === "" ? name : `${componentPath}/${name}`),
  ]);
  return {
    definitionPath,
    componentPath,
    args: {},
    childComponents: Object.fromEntries(children),
    httpRoutes: { httpModuleRoutes: httpRoutes(definition), mounts: [] },
    exports: {},
  };
}

function childComponents(definition: AnalyzedDefinition | undefined): { name: string; path: string }[] {
  const metadata = definition?.definition;
  const children = isJsonObject(metadata) ? metadata.childComponents : undefined;
  return Array.isArray(children) ? (children as { name: string; path: string }[]) : [];
}

function httpRoutes(definition: AnalyzedDefinition | undefined): Json {
  const routes = definition?.modules["http.js"]?.httpRoutes ?? null;
  return routes?.map(([path, method]) => ({ path, method })) ?? null;
}
