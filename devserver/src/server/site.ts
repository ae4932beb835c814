/** HTTP actions: node's requests in, the app's responses out, both streamed. */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { ApiError } from "./api-error.js";
import { callerOf } from "./caller.js";
import type { Credentials } from "./auth.js";
import type { Deployment } from "./deployment.js";
import { sendError } from "./http/listener.js";
import { requestUrl } from "./http/url.js";

/** The Authorization header belongs to the app here, so nobody is authenticated by it. */
const NOBODY: Credentials = { admin: false, identity: null };

export function siteListener(deployment: () => Deployment | null, prefix = ""): RequestListener {
  return (request, response) => {
    serve(deployment(), request, response, prefix).catch((error: unknown) =>
      sendError(request, response, error),
    );
  };
}

async function serve(
  deployment: Deployment | null,
  request: IncomingMessage,
  response: ServerResponse,
  prefix: string,
): Promise<void> {
  if (deployment === null) throw new ApiError(503, "NotReady", "The deployment is starting; try again.");
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const url = requestUrl(request, deployment.siteUrl);
  url.pathname = url.pathname.slice(prefix.length);
  const answer = await deployment.engine.http(
    toRequest(request, url, gone.signal),
    callerOf(request, NOBODY),
  );
  writeResponse(answer, request, response);
}

function toRequest(request: IncomingMessage, url: URL, signal: AbortSignal): Request {
  const method = request.method ?? "GET";
  const headers = new Headers();
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
    headers.append(request.rawHeaders[i] ?? "", request.rawHeaders[i + 1] ?? "");
  }
  const body = method === "GET" || method === "HEAD" ? null : Readable.toWeb(request);
  return new Request(url, {
    method,
    headers,
    signal,
    body: body as BodyInit | null,
    duplex: "half",
  } as RequestInit);
}

function writeResponse(answer: Response, request: IncomingMessage, response: ServerResponse): void {
  const headers: [string, string][] = [...answer.headers].filter(([name]) => name !== "set-cookie");
  for (const [name, value] of headers) response.setHeader(name, value);
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) response.setHeader("set-cookie", cookies);
  response.writeHead(answer.status);
  if (answer.body === null || request.method === "HEAD") return void response.end();
  const body = Readable.fromWeb(answer.body as ReadableStream);
  body.once("error", () => response.destroy());
  response.once("close", () => body.destroy());
  body.pipe(response);
}
