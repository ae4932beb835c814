/** Answers one request from the table of routes: version, credentials, handler, errors. */
import { ApiError, badRequest } from "../api-error.js";
import { credentialsFromHeader, requireAdmin } from "../auth.js";
import type { Deployment } from "../deployment.js";
import { findRoute, json, type IncomingRequest, type Reply, type Route } from "./router.js";
import { requestUrl } from "./url.js";

export async function answer(
  routes: Route[],
  deployment: Deployment | null,
  request: IncomingRequest,
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

export function errorReply(error: unknown): Reply {
  if (error instanceof ApiError) {
    const { status, headers, code, message } = error;
    const reply = json({ code, message }, status);
    return { ...reply, headers: { ...reply.headers, ...headers } };
  }
  console.error(error);
  return json({ code: "InternalServerError", message: "The embedded deployment failed; see its log." }, 500);
}
