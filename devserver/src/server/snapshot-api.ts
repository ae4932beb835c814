/** Several reads at one timestamp: `/api/query_ts`, `/api/query_at_ts` and `/api/query_batch`. */
import type { Json } from "../engine/api.js";
import { ApiError } from "./api-error.js";
import { callerOf } from "./caller.js";
import { outcomeJson, parseCall } from "./functions-api.js";
import { badJsonBody, isJsonObject, readJsonObject } from "./http/body.js";
import { json, type Exchange, type Reply, type Route } from "./http/router.js";
import { readAll } from "./queries.js";
import { decodeTs, encodeTs, floatJson } from "./wire.js";

export const snapshotRoutes: Route[] = [
  {
    method: "POST",
    path: "/api/query_ts",
    handle: ({ deployment }) => json({ ts: encodeTs(deployment.engine.ts) }),
  },
  { method: "POST", path: "/api/query_at_ts", handle: handleQueryAtTs },
  { method: "POST", path: "/api/query_batch", handle: handleBatch },
];

/** No history is kept, so a timestamp can be read until the next commit; after it, better refused than wrong. */
async function handleQueryAtTs(exchange: Exchange): Promise<Reply> {
  const body = await readJsonObject(exchange.request);
  const wanted = typeof body.ts === "string" ? decodeTs(body.ts) : null;
  if (wanted === null) throw badJsonBody("ts must be what /api/query_ts answered.");
  const { results, ts } = await readCalls(exchange, [body]);
  if (ts !== wanted) {
    throw new ApiError(
      503,
      "OutOfRetention",
      "There was a write after this timestamp; ask /api/query_ts again.",
    );
  }
  return floatReply(results[0] ?? null);
}

async function handleBatch(exchange: Exchange): Promise<Reply> {
  const { queries } = await readJsonObject(exchange.request);
  if (!Array.isArray(queries)) throw badJsonBody("queries must be a list of `{path, args, format}`.");
  return floatReply({ results: (await readCalls(exchange, queries)).results });
}

async function readCalls(exchange: Exchange, bodies: Json[]): Promise<{ ts: bigint; results: Json[] }> {
  const calls = bodies.map((body) => {
    if (!isJsonObject(body)) throw badJsonBody("Each query must be an object `{path, args, format}`.");
    return parseCall(body);
  });
  const caller = callerOf(exchange.request, exchange.credentials);
  const { ts, results } = await readAll(exchange.deployment, calls, caller);
  return { ts, results: results.map(({ outcome }, i) => outcomeJson(outcome, calls[i]?.format ?? "json")) };
}

const floatReply = (value: Json): Reply => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: floatJson(value),
});
