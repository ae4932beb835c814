/** Connects the route table to node's HTTP server: headers for browsers, bodies, hang-ups. */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { LostConnection } from "../api-error.js";
import type { Deployment } from "../deployment.js";
import { answer, errorReply } from "./answer.js";
import type { Reply, Route } from "./router.js";

export function apiListener(routes: Route[], deployment: () => Deployment | null): RequestListener {
  return (request, response) => {
    if (request.method === "OPTIONS") return preflight(request, response);
    answer(routes, deployment(), request).then(
      (reply) => send(request, response, reply),
      (error: unknown) => sendError(request, response, error),
    );
  };
}

export async function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): Promise<void> {
  // Whoever hung up needs no answer, and what failed because of that is no failure of ours.
  if (response.headersSent || response.socket?.destroyed !== false) return void response.destroy();
  if (error instanceof LostConnection) return void response.socket.resetAndDestroy();
  await send(request, response, errorReply(error));
}

async function send(request: IncomingMessage, response: ServerResponse, reply: Reply): Promise<void> {
  response.writeHead(reply.status, { "access-control-allow-origin": "*", ...reply.headers });
  const { body } = reply;
  if (body === undefined || typeof body === "string" || body instanceof Uint8Array) {
    return void response.end(request.method === "HEAD" ? undefined : body);
  }
  if (request.method !== "HEAD") return stream(body, response);
  if (body instanceof Readable) body.destroy();
  response.end();
}

async function stream(body: AsyncIterable<Uint8Array>, response: ServerResponse): Promise<void> {
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
