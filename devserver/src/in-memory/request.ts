/** Requests that come as values instead of from a port, and their answers. */
import type { Caller } from "../engine/api.js";
import { LostConnection } from "../server/api-error.js";
import { ANONYMOUS } from "../server/auth.js";
import { callerOf } from "../server/caller.js";
import type { Deployment } from "../server/deployment.js";
import { answer, errorReply } from "../server/http/answer.js";
import type { IncomingRequest, Reply, Route } from "../server/http/router.js";
import { requestUrl } from "../server/http/url.js";

export interface PlainRequest {
  method: string;
  /** The path with its query. */
  target: string;
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer>;
}

export interface PlainReply {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

/** The status of an answer that never comes, because the connection breaks. */
const LOST = 0;

/** Where HTTP actions are found. */
export const SITE_PREFIX = "/http";

export async function answerPlain(
  routes: Route[],
  deployment: Deployment,
  request: PlainRequest,
): Promise<PlainReply> {
  try {
    if (request.target.startsWith(`${SITE_PREFIX}/`)) return await answerSite(deployment, request);
    return await plain(await answer(routes, deployment, incoming(request)));
  } catch (error) {
    if (error instanceof LostConnection) return { status: LOST, headers: {}, body: "" };
    return plain(errorReply(error));
  }
}

async function answerSite(deployment: Deployment, request: PlainRequest): Promise<PlainReply> {
  const { method, headers } = request;
  const url = requestUrl(
    { url: request.target.slice(SITE_PREFIX.length) },
    new URL(deployment.siteUrl).origin,
  );
  const body = method === "GET" || method === "HEAD" ? null : request.body;
  const caller: Caller = callerOf(incoming(request), ANONYMOUS);
  const response = await deployment.engine.http(new Request(url, { method, headers, body }), caller);
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: new Uint8Array(await response.arrayBuffer()),
  };
}

function incoming({ method, target, headers, body }: PlainRequest): IncomingRequest {
  return {
    method,
    url: target,
    headers: headers,
    socket: {},
    once: () => undefined,
    // eslint-disable-next-line @typescript-eslint/require-await
    async *[Symbol.asyncIterator]() {
      if (body.length > 0) yield body;
    },
  };
}

async function plain({ status, headers = {}, body = "" }: Reply): Promise<PlainReply> {
  const given = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  const whole = typeof body === "string" || body instanceof Uint8Array ? body : await gathered(body);
  return { status, headers: Object.fromEntries(given) as Record<string, string>, body: whole };
}

async function gathered(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of body) chunks.push(chunk as Uint8Array<ArrayBuffer>);
  return chunks.length === 1 ? chunks[0]! : new Uint8Array(await new Blob(chunks).arrayBuffer());
}
