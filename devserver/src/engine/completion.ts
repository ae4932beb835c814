/** Tells log listeners that a function has finished, with its log lines. */
import type { Json, Outcome } from "./api.js";
import type { Call } from "./call.js";
import { canonicalPath } from "./functions.js";

const UDF_TYPES = { query: "Query", mutation: "Mutation", action: "Action" } as const;

export function reportCompletion(call: Call, outcome: Outcome, startedAt: number): void {
  const { runtime, ref, kind, request } = call;
  if (runtime.logListeners.size === 0) return;
  const now = runtime.now();
  const entry: Json = {
    kind: "Completion",
    identifier: canonicalPath(ref.path),
    componentPath: ref.component,
    udfType: UDF_TYPES[kind],
    requestId: request.requestId,
    timestamp: now / 1000,
    executionTime: (now - startedAt) / 1000,
    logLines: outcome.logLines,
    error: outcome.ok ? null : outcome.message,
  };
  for (const listener of runtime.logListeners) listener(entry);
}
