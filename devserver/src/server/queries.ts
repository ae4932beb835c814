/** Runs queries of the app and the ones that a deployment answers itself, in one snapshot. */
import type { Caller, FunctionRef, Json, Outcome, QueryResult } from "../engine/api.js";
import type { Deployment } from "./deployment.js";
import { isSystemPath } from "./function-path.js";
import { systemQuery } from "./system-queries.js";

export interface QueryCall {
  ref: FunctionRef;
  args: Json;
  journal?: string | null;
}

export async function readAll(
  deployment: Deployment,
  calls: QueryCall[],
  caller: Caller,
): Promise<{ ts: bigint; results: QueryResult[] }> {
  const { engine } = deployment;
  const appCalls = calls.filter((call) => !isSystemPath(call.ref));
  const { ts, results } =
    appCalls.length > 0 ? await engine.queries(appCalls, caller) : { ts: engine.ts, results: [] };
  const answers = results.values();
  const merged: QueryResult[] = [];
  for (const call of calls) {
    const answer = isSystemPath(call.ref)
      ? await systemQuery(deployment, call, caller)
      : answers.next().value;
    if (answer === undefined) throw new Error(`the engine gave no result for ${call.ref.path}`);
    merged.push(answer);
  }
  return { ts, results: merged };
}

export async function readOne(deployment: Deployment, call: QueryCall, caller: Caller): Promise<Outcome> {
  const { results } = await readAll(deployment, [call], caller);
  const [result] = results;
  if (result === undefined) throw new Error(`the engine gave no result for ${call.ref.path}`);
  return result.outcome;
}
