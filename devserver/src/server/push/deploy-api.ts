/** The endpoints that `convex deploy`, `dev` and `codegen` push through. */
import type { Staged } from "../../engine/api.js";
import { badRequest } from "../api-error.js";
import { isJsonObject, PUSH_LIMIT, readJsonObject, type JsonObject } from "../http/body.js";
import { json, type Exchange, type Reply, type Route } from "../http/router.js";
import {
  evaluateSchemaAnswer,
  finishPushAnswer,
  schemaChange,
  stageIdOf,
  startPushAnswer,
  waitForSchemaAnswer,
} from "./respond.js";

const admin = true;

export const deployRoutes: Route[] = [
  { method: "POST", path: "/api/get_config_hashes", admin, handle: handleConfigHashes },
  { method: "POST", path: "/api/deploy2/evaluate_schema", admin, handle: handleEvaluateSchema },
  { method: "POST", path: "/api/deploy2/evaluate_push", admin, handle: handleEvaluatePush },
  { method: "POST", path: "/api/deploy2/start_push", admin, handle: handleStartPush },
  { method: "POST", path: "/api/deploy2/wait_for_schema", admin, handle: handleWaitForSchema },
  { method: "POST", path: "/api/deploy2/finish_push", admin, handle: handleFinishPush },
  { method: "POST", path: "/api/deploy2/report_push_completed", admin, handle: () => json(null) },
];

/** No hashes are kept, which makes the CLI send every module: there is nothing to put together here. */
function handleConfigHashes(): Reply {
  const config = { functions: "convex/" };
  return json({ config, moduleHashes: [], nodeDependencies: [], udfServerVersion: null });
}

async function stageBody({ deployment, request }: Exchange): Promise<{ id: string; staged: Staged }> {
  return deployment.pushes.stage(await readJsonObject(request, PUSH_LIMIT));
}

async function handleEvaluateSchema(exchange: Exchange): Promise<Reply> {
  const { staged } = await stageBody(exchange);
  return json(evaluateSchemaAnswer(staged, mountedNow(exchange)));
}

async function handleEvaluatePush(exchange: Exchange): Promise<Reply> {
  const { id, staged } = await stageBody(exchange);
  return json({ schemaChange: schemaChange(id, staged) });
}

/** Applies nothing, whatever `dryRun` says: `codegen` stops after this. */
async function handleStartPush(exchange: Exchange): Promise<Reply> {
  const { id, staged } = await stageBody(exchange);
  return json(startPushAnswer(id, staged));
}

async function handleWaitForSchema({ deployment, request }: Exchange): Promise<Reply> {
  const body = await readJsonObject(request, PUSH_LIMIT);
  const staged = deployment.pushes.find(stageIdOf(body.schemaChange));
  return json(staged === null ? { type: "raceDetected" } : waitForSchemaAnswer(staged));
}

async function handleFinishPush(exchange: Exchange): Promise<Reply> {
  const { deployment, request } = exchange;
  const body = await readJsonObject(request, PUSH_LIMIT);
  const { id, staged } = startedPush(exchange, body);
  const broken = staged.checkDocuments();
  if (broken !== null) throw badRequest("SchemaValidationFailed", broken.error);
  const answer = finishPushAnswer(staged, mountedNow(exchange));
  if (body.dryRun !== true) {
    await deployment.pushes.finish(id, staged);
    deployment.everythingChanged.send();
  }
  return json(answer);
}

function startedPush({ deployment }: Exchange, body: JsonObject): { id: string; staged: Staged } {
  const started = isJsonObject(body.startPush) ? body.startPush : {};
  const id = stageIdOf(started.schemaChange);
  const staged = deployment.pushes.find(id);
  if (id === null || staged === null) {
    throw badRequest("PushNotFound", "Another push was finished since this one started; push again.");
  }
  return { id, staged };
}

const mountedNow = ({ deployment }: Exchange): Set<string> =>
  new Set(deployment.engine.push === null ? [] : deployment.engine.inspect.components());
