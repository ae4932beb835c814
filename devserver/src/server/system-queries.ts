/** The `_system/…` queries of the official CLI, for admins. */
import type { Analysis, Caller, Json, Outcome, QueryResult, ReadSet } from "../engine/api.js";
import { liveAnalysis, type Deployment } from "./deployment.js";
import { isJsonObject, type JsonObject } from "./http/body.js";
import type { QueryCall } from "./queries.js";

type Answer = (deployment: Deployment, args: JsonObject, component: string) => Json | Promise<Json>;

const ANSWERS: Record<string, Answer> = {
  "_system/cli/queryEnvironmentVariables:default": ({ engine }) =>
    Object.entries(engine.environment.list()).map(([name, value]) => ({ name, value })),
  "_system/cli/queryEnvironmentVariables:get": ({ engine }, { name }) => {
    const value = engine.environment.list()[text(name, "name")];
    return value === undefined ? null : { name: text(name, "name"), value };
  },
  "_system/cli/tables:default": ({ engine }, _args, component) =>
    onePage(engine.inspect.tables(component).map((name) => ({ name }))),
  "_system/cli/tableData:default": tableData,
  "_system/cli/queryTable:default": ({ engine }, { tableName }, component) =>
    engine.inspect.page(component, text(tableName, "tableName"), { order: "desc", limit: 1, cursor: null })
      .documents,
  "_system/cli/tableSize:default": tableSize,
  "_system/cli/modules:apiSpec": async (deployment) => apiSpec(await liveAnalysis(deployment)),
  "_system/cli/convexUrl:cloudUrl": ({ cloudUrl }) => cloudUrl,
  "_system/cli/convexUrl:siteUrl": ({ siteUrl }) => siteUrl,
  "_system/frontend/components:list": ({ engine }) =>
    engine.inspect.components().map((path) => ({ id: path, path, state: "active" })),
};

/** What these read is not tracked: any commit may change the answer. */
const READS_EVERYTHING: ReadSet = { overlaps: () => true };

export async function systemQuery(
  deployment: Deployment,
  call: QueryCall,
  caller: Caller,
): Promise<QueryResult> {
  return { outcome: await outcomeOf(deployment, call, caller), reads: READS_EVERYTHING };
}

async function outcomeOf(deployment: Deployment, { ref, args }: QueryCall, caller: Caller): Promise<Outcome> {
  const answer = ANSWERS[ref.path];
  if (!caller.admin || answer === undefined) {
    return failed(`Could not find function for '${ref.path}'. System queries need the admin key.`);
  }
  try {
    const value = await answer(deployment, isJsonObject(args) ? args : {}, ref.component);
    return { ok: true, value, logLines: [] };
  } catch (error) {
    return failed((error as Error).message);
  }
}

const failed = (message: string): Outcome => ({ ok: false, message, logLines: [] });

function tableData({ engine }: Deployment, args: JsonObject, component: string): Json {
  const { cursor, numItems } = isJsonObject(args.paginationOpts) ? args.paginationOpts : {};
  const page = engine.inspect.page(component, text(args.table, "table"), {
    order: args.order === "asc" ? "asc" : "desc",
    limit: typeof numItems === "number" ? numItems : 100,
    cursor: typeof cursor === "string" ? cursor : null,
  });
  return { page: page.documents, continueCursor: page.cursor, isDone: page.isDone };
}

function tableSize({ engine }: Deployment, { tableName }: JsonObject, component: string): Json {
  let size = 0;
  let cursor: string | null = null;
  for (let done = false; !done;) {
    const page: ReturnType<typeof engine.inspect.page> = engine.inspect.page(
      component,
      text(tableName, "tableName"),
      { order: "asc", limit: 10_000, cursor },
    );
    size += page.documents.length;
    cursor = page.cursor;
    done = page.isDone;
  }
  return size;
}

function apiSpec(analysis: Analysis | null): Json {
  const app = analysis?.definitions.find(({ definitionPath }) => definitionPath === "");
  return Object.entries(app?.modules ?? {}).flatMap(([path, module]): Json[] => [
    ...module.functions
      .filter(({ udfType }) => udfType !== "HttpAction")
      .map((fn) => ({
        identifier: `${path}:${fn.name}`,
        functionType: fn.udfType,
        visibility: { kind: fn.visibility },
        args: parsed(fn.args),
        returns: parsed(fn.returns),
      })),
    ...(module.httpRoutes ?? []).map(([route, method]) => ({
      functionType: "HttpAction",
      path: route,
      method,
    })),
  ]);
}

const parsed = (validator: string | null): Json =>
  validator === null ? null : (JSON.parse(validator) as Json);

const onePage = (page: Json[]): Json => ({ page, continueCursor: "end", isDone: true });

function text(value: Json | undefined, name: string): string {
  if (typeof value !== "string") throw new Error(`${name} must be text.`);
  return value;
}
