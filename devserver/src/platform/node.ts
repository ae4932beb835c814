/**
 * What the engine and the protocols ask of the JavaScript that they run in, beside its language: here of Node.
 *
 * `#platform` names this file, or its sibling for a bare V8 where that is what is built.
 */
import { createHash, createHmac, randomBytes as nodeRandomBytes, timingSafeEqual } from "node:crypto";
import { pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createGunzip } from "node:zlib";

export { AsyncLocalStorage as AsyncContext } from "node:async_hooks";
export { inspect } from "node:util";

export function randomBytes(count: number): Uint8Array {
  return nodeRandomBytes(count);
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

export function hmacSha256(key: Uint8Array, text: string): Uint8Array {
  return createHmac("sha256", key).update(text).digest();
}

/** Whether both are equal, in a time that does not tell how far they are. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

export type Encoding = "utf8" | "latin1" | "base64" | "base64url" | "hex";

export function toBytes(text: string, encoding: Encoding): Uint8Array {
  return Buffer.from(text, encoding);
}

export function toText(bytes: Uint8Array, encoding: Encoding): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(encoding);
}

export function decompress(
  encoding: "br" | "gzip",
  body: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  const decompressor = encoding === "br" ? createBrotliDecompress() : createGunzip();
  // As a pipeline, so that whoever reads the end learns that the client hung up.
  pipeline(body as Readable, decompressor, () => undefined);
  return decompressor as AsyncIterable<Uint8Array>;
}
