/** Request bodies: bounded, decompressed, JSON. */
import type { IncomingMessage } from "node:http";
import { pipeline, type Duplex, type Readable } from "node:stream";
import { createBrotliDecompress, createGunzip } from "node:zlib";
import type { Json } from "../../engine/api.js";
import { badRequest } from "../api-error.js";

/** Arguments may have 16 MiB, and 2000 bytes are for what is around them. */
export const CALL_LIMIT = 16 * 2 ** 20 + 2000;
/** A deployment's code may have 32 MiB; source maps come on top. */
export const PUSH_LIMIT = 128 * 2 ** 20;

export type JsonObject = { [key: string]: Json };

export async function readJsonObject(request: IncomingMessage, limit = CALL_LIMIT): Promise<JsonObject> {
  requireJsonContentType(request);
  const bytes = await readBytes(request, limit);
  const value = parseJson(bytes.toString("utf8"));
  if (!isJsonObject(value)) throw badJsonBody("The request body must be a JSON object.");
  return value;
}

export async function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of decompressed(request)) {
      size += (chunk as Buffer).length;
      // Read on, keeping nothing: a client only reads the refusal once it has sent everything.
      if (size <= limit) chunks.push(chunk as Buffer);
      else chunks.length = 0;
    }
  } catch (error) {
    throw badJsonBody(`The request body cannot be read: ${(error as Error).message}`);
  }
  if (size > limit) throw badJsonBody(`The request body is larger than ${limit} bytes.`);
  return Buffer.concat(chunks);
}

function decompressed(request: IncomingMessage): Readable {
  const encoding = request.headers["content-encoding"];
  if (encoding === undefined || encoding === "identity") return request;
  if (encoding === "br") return through(request, createBrotliDecompress());
  if (encoding === "gzip") return through(request, createGunzip());
  throw badRequest("BadHeader", `Content-Encoding ${encoding} is not supported; use br, gzip or none.`);
}

/** As a pipeline, so that whoever reads the end learns that the client hung up. */
function through(request: IncomingMessage, decompressor: Duplex): Readable {
  pipeline(request, decompressor, () => undefined);
  return decompressor;
}

function requireJsonContentType(request: IncomingMessage): void {
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
