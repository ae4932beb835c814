/** A table of routes, and the lookup in it. */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { ApiError } from "../api-error.js";
import type { Credentials } from "../auth.js";
import type { Deployment } from "../deployment.js";

/** What handlers read of a request; node's own has more. */
export interface IncomingRequest extends AsyncIterable<Uint8Array> {
  method?: string | undefined;
  url?: string | undefined;
  headers: IncomingHttpHeaders;
  socket: { remoteAddress?: string | undefined };
  once(event: "close", listener: () => void): unknown;
}

export interface Exchange {
  deployment: Deployment;
  request: IncomingRequest;
  url: URL;
  /** What the `*` at the end of the route's path stands for. */
  rest: string;
  credentials: Credentials;
}

export interface Reply {
  status: number;
  headers?: OutgoingHttpHeaders;
  body?: string | Uint8Array | AsyncIterable<Uint8Array>;
}

export interface Route {
  method: "GET" | "POST";
  /** Exact, or a prefix that ends in `*`. */
  path: string;
  /** Answered only with the admin key. */
  admin?: true;
  handle: (exchange: Exchange) => Promise<Reply> | Reply;
}

export function findRoute(routes: Route[], method: string, path: string): { route: Route; rest: string } {
  const wanted = method === "HEAD" ? "GET" : method;
  let pathExists = false;
  for (const route of routes) {
    const rest = restOf(route.path, path);
    if (rest === null) continue;
    if (route.method === wanted) return { route, rest };
    pathExists = true;
  }
  if (pathExists) throw new ApiError(405, "MethodNotAllowed", `${method} is not possible on ${path}.`);
  throw new ApiError(404, "RouteNotFound", `There is nothing at ${path}.`);
}

function restOf(pattern: string, path: string): string | null {
  if (!pattern.endsWith("*")) return pattern === path ? "" : null;
  const prefix = pattern.slice(0, -1);
  return path.startsWith(prefix) ? path.slice(prefix.length) : null;
}

export const json = (value: unknown, status = 200): Reply => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
});
