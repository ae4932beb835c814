/** What functions learn about a request. */
import { randomBytes, toText } from "#platform";
import type { Caller } from "../engine/api.js";
import type { Credentials } from "./auth.js";
import type { IncomingRequest } from "./http/router.js";

export function callerOf(request: IncomingRequest, credentials: Credentials): Caller {
  const given = request.headers["convex-request-id"];
  return {
    ...credentials,
    requestId: typeof given === "string" ? given : newRequestId(),
    ip: request.socket.remoteAddress,
    userAgent: request.headers["user-agent"],
  };
}

export const newRequestId = (): string => toText(randomBytes(8), "hex");
