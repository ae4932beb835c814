/** `/api/query`, `/api/mutation`, `/api/action`, `/api/function` and `/api/run/…`. */
import type { Caller, FunctionRef, Json, Outcome } from "../engine/api.js";
import { ApiError } from "./api-error.js";
import { callerOf } from "./caller.js";
import type { Deployment } from "./deployment.js";
import { functionRef, functionRefFromUrl } from "./function-path.js";
import { badJsonBody, isJsonObject, parseJson, readJsonObject, type JsonObject } from "./http/body.js";
import type { Exchange, Reply, Route } from "./http/router.js";
import { readOne } from "./queries.js";
import { floatJson, inFormat, parseFormat, type Format } from "./wire.js";

export type FunctionKind = "query" | "mutation" | "action";

export interface FunctionCall {
  ref: FunctionRef;
  args: Json;
  format: Format;
}

export const functionRoutes: Route[] = [
  { method: "POST", path: "/api/query", handle: (exchange) => handleKind(exchange, "query") },
  { method: "GET", path: "/api/query", handle: handleGetQuery },
  { method: "POST", path: "/api/mutation", handle: (exchange) => handleKind(exchange, "mutation") },
  { method: "POST", path: "/api/action", handle: (exchange) => handleKind(exchange, "action") },
  { method: "POST", path: "/api/function", handle: handleAnyKind },
  { method: "POST", path: "/api/run/*", handle: handleRun },
];

async function handleKind(exchange: Exchange, kind: FunctionKind): Promise<Reply> {
  return runAndReply(exchange, parseCall(await readJsonObject(exchange.request)), kind);
}

async function handleGetQuery(exchange: Exchange): Promise<Reply> {
  const { searchParams } = exchange.url;
  const call = parseCall({
    path: searchParams.get("path"),
    args: parseJson(searchParams.get("args") ?? "{}"),
    format: searchParams.get("format"),
  });
  return runAndReply(exchange, call, "query");
}

async function handleAnyKind(exchange: Exchange): Promise<Reply> {
  const body = await readJsonObject(exchange.request);
  const call = parseCall(body);
  const component = body.componentPath ?? "";
  if (typeof component !== "string") throw badJsonBody("componentPath must be text.");
  if (component !== "" && !exchange.credentials.admin) {
    throw new ApiError(403, "Forbidden", "Functions of components can be called with the admin key only.");
  }
  return runAndReply(exchange, { ...call, ref: { ...call.ref, component } }, null);
}

async function handleRun(exchange: Exchange): Promise<Reply> {
  const body = await readJsonObject(exchange.request);
  const ref = functionRefFromUrl(exchange.rest);
  return runAndReply(exchange, { ref, args: parseArgs(body.args ?? {}), format: formatOf(body) }, null);
}

export function parseCall(body: JsonObject): FunctionCall {
  const { path, args } = body;
  if (typeof path !== "string") throw badJsonBody("path must be text, such as `module:function`.");
  return { ref: functionRef(path), args: parseArgs(args), format: formatOf(body) };
}

function formatOf(body: JsonObject): Format {
  const format = parseFormat(body.format);
  if (format === null) throw badJsonBody("format must be `convex_encoded_json` or `json`.");
  return format;
}

/** An object, or the older form: an array with that object in it. */
function parseArgs(args: Json | undefined): Json {
  const value = Array.isArray(args) && args.length === 1 ? args[0] : args;
  if (!isJsonObject(value)) throw badJsonBody("args must be a JSON object.");
  return value;
}

async function runAndReply(
  exchange: Exchange,
  call: FunctionCall,
  kind: FunctionKind | null,
): Promise<Reply> {
  const caller = callerOf(exchange.request, exchange.credentials);
  const outcome = await run(exchange.deployment, call, kind, caller);
  return outcomeReply(outcome, call.format);
}

async function run(
  deployment: Deployment,
  { ref, args }: FunctionCall,
  kind: FunctionKind | null,
  caller: Caller,
): Promise<Outcome> {
  const { engine } = deployment;
  switch (kind ?? engine.kindOf(ref, caller) ?? "query") {
    case "mutation":
      return (await engine.mutation(ref, args, caller)).outcome;
    case "action":
      return engine.action(ref, args, caller);
    default:
      return readOne(deployment, { ref, args }, caller);
  }
}

function outcomeReply(outcome: Outcome, format: Format): Reply {
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: floatJson(outcomeJson(outcome, format)),
  };
}

export function outcomeJson(outcome: Outcome, format: Format): JsonObject {
  const logLines = outcome.logLines.length > 0 ? { logLines: outcome.logLines } : {};
  if (outcome.ok) return { status: "success", value: inFormat(outcome.value, format), ...logLines };
  const data = outcome.data === undefined ? {} : { errorData: inFormat(outcome.data, format) };
  return { status: "error", errorMessage: outcome.message, ...data, ...logLines };
}
