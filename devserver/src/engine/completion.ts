/** Tells log listeners that a function has finished, with its log lines. */
import type { Json } from "./api.js";
import type { RequestInfo } from "./call.js";
import type { Runtime } from "./runtime.js";

export interface Completion {
  /** As logs name it: `"jobs.js:upsert"`, `"GET /api/job"`. */
  identifier: string;
  component: string;
  udfType: "Query" | "Mutation" | "Action" | "HttpAction";
  request: RequestInfo;
  startedAt: number;
  error: string | null;
}

export function reportCompletion(runtime: Runtime, completion: Completion): void {
  if (runtime.logListeners.size === 0) return;
  const { identifier, component, udfType, request, startedAt, error } = completion;
  const now = runtime.now();
  const entry: Json = {
    kind: "Completion",
    identifier,
    componentPath: component,
    udfType,
    requestId: request.requestId,
    timestamp: now / 1000,
    executionTime: (now - startedAt) / 1000,
    logLines: request.logs.lines,
    error,
  };
  for (const listener of runtime.logListeners) listener(entry);
}
