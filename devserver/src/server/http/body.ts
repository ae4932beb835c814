/** Request bodies: bounded, decompressed, JSON. */
import { decompress, toText } from "#platform";
import type { Json } from "../../engine/api.js";
import { badRequest } from "../api-error.js";
import type { IncomingRequest } from "./router.js";

/** Arguments may have 16 MiB, and 2000 bytes are for what is around them. */
export const CALL_LIMIT = 16 * 2 ** 20 + 2000;
/** A deployment's code may have 32 MiB; source maps come on top. */
export const PUSH_LIMIT = 128 * 2 ** 20;

export type JsonObject = { [key: string]: Json };

export async function readJsonObject(request: IncomingRequest, limit = CALL_LIMIT): Promise<JsonObject> {
  requireJsonContentType(request);
  const bytes = await readBytes(request, limit);
  const value = parseJson(toText(bytes, "utf8"));
  if (!isJsonObject(value)) throw badJsonBody("The request body must be a JSON object.");
  return value;
}

export async function readBytes(request: IncomingRequest, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of decompressed(request)) {
      size += chunk.length;
      // Read on, keeping nothing: a client only reads the refusal once it has sent everything.
      if (size <= limit) chunks.push(chunk);
      else chunks.length = 0;
    }
  } catch (error) {
    throw badJsonBody(`The request body cannot be read: ${(error as Error).message}`);
  }
  if (size > limit) throw badJsonBody(`The request body is larger than ${limit} bytes.`);
  return chunks.length === 1 ? chunks[0]! : joined(chunks, size);
}

function joined(chunks: Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function decompressed(request: IncomingRequest): AsyncIterable<Uint8Array> {
  const encoding = request.headers["content-encoding"];
  if (encoding === undefined || encoding === "identity") return request;
  if (encoding === "br" || encoding === "gzip") return decompress(encoding, request);
  throw badRequest("BadHeader", `Content-Encoding ${encoding} is not supported; use br, gzip or none.`);
}

function requireJsonContentType(request: IncomingRequest): void {
  const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim() ?? "";
  if (type !== "application/json" && !type.endsWith("+json")) {
    throw badJsonBody("The request needs `Content-Type: application/json`.");
  }
}

export function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw badJsonBody(`The request is not valid JSON: ${(error as Error).message}`);
  }
}

export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const badJsonBody = (message: string) => badRequest("BadJsonBody", message);
