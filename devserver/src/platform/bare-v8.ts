/** The same for V8 alone, as it runs inside a Python process. */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import type * as node from "./node.js";
import { AsyncContext } from "./bare-v8/async-context.js";
import { inspect } from "./bare-v8/inspect.js";
import { randomBytes } from "./bare-v8/random.js";
import { toBytes, toText } from "./bare-v8/text.js";

export { AsyncContext, inspect, randomBytes, toBytes, toText };

export const sha256 = (bytes: Uint8Array): Uint8Array => nobleSha256(bytes);

export const hmacSha256 = (key: Uint8Array, text: string): Uint8Array =>
  hmac(nobleSha256, key, toBytes(text, "utf8"));

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length && i < b.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}

export const decompress: typeof node.decompress = (encoding) => {
  throw new Error(`Content-Encoding ${encoding} is not understood by a deployment in memory.`);
};
