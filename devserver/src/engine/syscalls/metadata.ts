/** What a function may ask about itself, its caller and its deployment. */
import { convexToJson } from "convex/values";
import type { Json } from "../api.js";
import type { Call } from "../call.js";
import { splitPath } from "../functions.js";
import type { AsyncSyscall } from "./index.js";

export const metadataSyscalls: Record<string, AsyncSyscall> = {
  "1.0/getDeploymentMetadata": () => ({ name: "embedded", region: null, class: "s16" }),
  "1.0/getFunctionMetadata": functionMetadata,
  "1.0/getRequestMetadata": requestMetadata,
  "1.0/getTransactionMetrics": (call) => call.requireTransaction().usage.report(),
  "1.0/getUserIdentity": (call) => call.identity,
};

export function snapshotTs(call: Call): Json {
  return convexToJson(call.requireTransaction().beginTs);
}

function functionMetadata(call: Call): Json {
  const { module, name } = splitPath(call.ref.path);
  return { name: `${module}:${name}`, componentPath: call.component };
}

function requestMetadata(call: Call): Json {
  if (call.kind === "query") throw new Error("getRequestMetadata() is not available in queries.");
  const { ip, userAgent, requestId, scheduledFunctionId } = call.request;
  return { ip, userAgent, requestId, scheduledFunctionId, authToken: null };
}
