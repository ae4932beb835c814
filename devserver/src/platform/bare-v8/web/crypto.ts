/** The part of `crypto` that functions use: random values, SHA-256, and HMAC keys of it, as JWTs are signed with. */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { randomBytes } from "../random.js";
import { toText } from "../text.js";
import { bytesOf } from "./encoding.js";

type Source = ArrayBuffer | ArrayBufferView;

export class CryptoKey {
  readonly type = "secret";
  readonly algorithm: { name: "HMAC"; hash: { name: "SHA-256" }; length: number };

  constructor(
    readonly bytes: Uint8Array,
    readonly extractable: boolean,
    readonly usages: string[],
  ) {
    this.algorithm = { name: "HMAC", hash: { name: "SHA-256" }, length: bytes.length * 8 };
  }
}

const nameOf = (algorithm: string | { name: string }) =>
  typeof algorithm === "string" ? algorithm : algorithm.name;

function require(wanted: string, algorithm: string | { name: string }): void {
  const name = nameOf(algorithm);
  if (name.toUpperCase() !== wanted)
    throw new Error(`A deployment in memory has no ${name}, only ${wanted}.`);
}

const subtle = {
  digest(algorithm: string | { name: string }, data: Source): Promise<ArrayBuffer> {
    require("SHA-256", algorithm);
    return Promise.resolve(sha256(bytesOf(data)).buffer);
  },
  importKey(
    format: string,
    data: Source,
    algorithm: { name: string; hash: string | { name: string } },
    extractable: boolean,
    usages: string[],
  ): Promise<CryptoKey> {
    require("RAW", format);
    require("HMAC", algorithm);
    require("SHA-256", algorithm.hash);
    return Promise.resolve(new CryptoKey(bytesOf(data).slice(), extractable, usages));
  },
  sign(_algorithm: unknown, key: CryptoKey, data: Source): Promise<ArrayBuffer> {
    return Promise.resolve(hmac(sha256, key.bytes, bytesOf(data)).buffer);
  },
  verify(_algorithm: unknown, key: CryptoKey, signature: Source, data: Source): Promise<boolean> {
    const expected = hmac(sha256, key.bytes, bytesOf(data));
    return Promise.resolve(toText(expected, "hex") === toText(bytesOf(signature), "hex"));
  },
};

function getRandomValues<T extends ArrayBufferView>(view: T): T {
  bytesOf(view).set(randomBytes(view.byteLength));
  return view;
}

function randomUUID(): string {
  const bytes = randomBytes(16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return toText(bytes, "hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export const crypto = { subtle, getRandomValues, randomUUID };
