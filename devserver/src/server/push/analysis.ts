/** What was learned from a push, in the shape in which the CLI generates types from it. */
import { version } from "convex";
import type { AnalyzedDefinition, Json } from "../../engine/api.js";
import { isJsonObject, type JsonObject } from "../http/body.js";

type Modules = AnalyzedDefinition["modules"];

export function describeDefinition({
  definitionPath,
  definition,
  schema,
  modules,
}: AnalyzedDefinition): Json {
  return {
    definition: describeMetadata(definitionPath, definition, modules),
    schema: schema === null ? null : describeSchema(schema),
    functions: Object.fromEntries(
      Object.entries(modules).map(([path, module]) => [path, describeModule(module)]),
    ),
    udfConfig: { serverVersion: version, importPhaseRngSeed: null, importPhaseUnixTimestamp: null },
  };
}

/** An app without `convex.config.ts` has no definition of its own; it mounts nothing. */
const PLAIN_APP: JsonObject = { definitionType: { type: "app" }, childComponents: [], httpMounts: {} };

function describeMetadata(path: string, definition: Json, modules: Modules): Json {
  const own = isJsonObject(definition) ? definition : PLAIN_APP;
  return { ...own, path, definitionType: definitionType(own), exports: exportTree(modules) };
}

/** Components export their name beside the type; the CLI reads it inside. */
function definitionType(definition: JsonObject): Json {
  const type = definition.definitionType;
  if (isJsonObject(type) && type.type === "childComponent" && type.name === undefined) {
    return { ...type, name: definition.name ?? "" };
  }
  return type ?? null;
}

type Branch = Map<string, Branch | string>;

/** Public functions of a component, by folder, module and name: what the app may call. */
function exportTree(modules: Modules): Json {
  const root: Branch = new Map();
  for (const [path, { functions }] of Object.entries(modules)) {
    const module = path.replace(/\.js$/, "");
    for (const { name, visibility, udfType } of functions) {
      if (visibility !== "public" || udfType === "HttpAction") continue;
      branchAt(root, module.split("/")).set(name, `_reference/function/${module}:${name}`);
    }
  }
  return describeBranch(root);
}

function branchAt(root: Branch, names: string[]): Branch {
  return names.reduce((branch, name) => {
    const existing = branch.get(name);
    if (existing instanceof Map) return existing;
    const added: Branch = new Map();
    branch.set(name, added);
    return added;
  }, root);
}

const describeBranch = (branch: Branch): Json => ({
  type: "branch",
  branch: [...branch].map(([name, child]): Json => [
    name,
    typeof child === "string" ? { type: "leaf", leaf: child } : describeBranch(child),
  ]),
});

function describeModule({ functions, httpRoutes, cronSpecs }: Modules[string]): Json {
  return {
    functions: functions.flatMap(({ name, udfType, visibility, args, returns }): Json[] =>
      udfType === "HttpAction"
        ? []
        : [{ name, pos: null, udfType, visibility: { kind: visibility }, args, returns }],
    ),
    httpRoutes: httpRoutes as Json,
    cronSpecs,
    sourceMapped: null,
  };
}

function describeSchema(schema: Json): Json {
  if (!isJsonObject(schema) || !Array.isArray(schema.tables)) return schema;
  return { ...schema, tables: schema.tables.map(describeTable) };
}

/** The CLI parses the descriptors of indexes strictly, so a table always has all three lists. */
function describeTable(table: Json): Json {
  if (!isJsonObject(table)) return table;
  return { indexes: [], searchIndexes: [], vectorIndexes: [], ...table };
}
