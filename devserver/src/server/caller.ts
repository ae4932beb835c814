/** What functions learn about a request. */
import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Caller } from "../engine/api.js";
import type { Credentials } from "./auth.js";

export function callerOf(request: IncomingMessage, credentials: Credentials): Caller {
  const given = request.headers["convex-request-id"];
  return {
    ...credentials,
    requestId: typeof given === "string" ? given : newRequestId(),
    ip: request.socket.remoteAddress,
    userAgent: request.headers["user-agent"],
  };
}

export const newRequestId = (): string => randomBytes(8).toString("hex");
