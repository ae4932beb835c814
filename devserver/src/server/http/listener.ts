/** Connects the route table to node's HTTP server: headers for browsers, credentials, errors. */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ApiError, badRequest } from "../api-error.js";
import { credentialsFromHeader, requireAdmin } from "../auth.js";
import type { Deployment } from "../deployment.js";
import { requestUrl } from "./url.js";
import { findRoute, json, type Reply, type Route } from "./router.js";

export function apiListener(routes: Route[], deployment: () => Deployment | null): RequestListener {
  return (request, response) => {
    if (request.method === "OPTIONS") return preflight(request, response);
    answer(routes, deployment(), request).then(
      (reply) => send(request, response, reply),
      (error: unknown) => sendError(request, response, error),
    );
  };
}

async function answer(
  routes: Route[],
  deployment: Deployment | null,
  request: IncomingMessage,
): Promise<Reply> {
  if (deployment === null) throw new ApiError(503, "NotReady", "The deployment is starting; try again.");
  const url = requestUrl(request, deployment.cloudUrl);
  const { route, rest } = findRoute(routes, request.method ?? "GET", url.pathname);
  requireClientVersion(request.headers["convex-client"]);
  const credentials = credentialsFromHeader(request.headers.authorization, deployment.keys.adminKey);
  if (route.admin === true) requireAdmin(credentials);
  return route.handle({ deployment, request, url, rest, credentials });
}

function requireClientVersion(header: string | string[] | undefined): void {
  if (header !== undefined && !/^[^-]+(-[^-]+)*-\d/.test(String(header))) {
    throw badRequest("InvalidVersion", "Convex-Client must look like `name-1.2.3`.");
  }
}

export async function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): Promise<void> {
  // Whoever hung up needs no answer, and what failed because of that is no failure of ours.
  if (response.headersSent || response.socket?.destroyed !== false) return void response.destroy();
  await send(request, response, errorReply(error));
}

function errorReply(error: unknown): Reply {
  if (error instanceof ApiError) return json({ code: error.code, message: error.message }, error.status);
  console.error(error);
  return json({ code: "InternalServerError", message: "The embedded deployment failed; see its log." }, 500);
}

async function send(request: IncomingMessage, response: ServerResponse, reply: Reply): Promise<void> {
  response.writeHead(reply.status, { "access-control-allow-origin": "*", ...reply.headers });
  const { body } = reply;
  if (body instanceof Readable && request.method !== "HEAD") return stream(body, response);
  if (body instanceof Readable) body.destroy();
  response.end(request.method === "HEAD" ? undefined : body);
}

async function stream(body: Readable, response: ServerResponse): Promise<void> {
  try {
    await pipeline(body, response);
  } catch {
    // The status is sent already; a cut connection is all that can tell the client.
    response.destroy();
  }
}

/** Any page may ask: what is not public needs a key that no browser sends by itself. */
function preflight(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(204, {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
    "access-control-allow-headers": request.headers["access-control-request-headers"] ?? "*",
    "access-control-max-age": "86400",
  });
  response.end();
}
