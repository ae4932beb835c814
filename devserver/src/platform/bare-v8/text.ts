/** Text as bytes and back. V8 itself knows base64 and hex of bytes. */
import type { Encoding } from "../node.js";

interface Coding {
  encode(text: string): Uint8Array<ArrayBuffer>;
  decode(bytes: Uint8Array): string;
}

/** What the language has since ES2026, and Node 20 has not. */
const codec = Uint8Array as unknown as {
  fromBase64(text: string): Uint8Array<ArrayBuffer>;
  fromHex(text: string): Uint8Array<ArrayBuffer>;
};
type Codable = Uint8Array & {
  toBase64(options?: { alphabet: "base64url"; omitPadding: boolean }): string;
  toHex(): string;
};

/** As in Node, the two spellings of base64 are both read by either. */
const fromBase64 = (text: string) =>
  codec.fromBase64(
    text
      .replaceAll("-", "+")
      .replaceAll("_", "/")
      .replaceAll(/[^A-Za-z0-9+/]/g, ""),
  );

const CODINGS: Record<Encoding, Coding> = {
  utf8: { encode: encodeUtf8, decode: decodeUtf8 },
  latin1: { encode: (text) => Uint8Array.from(text, (character) => character.charCodeAt(0)), decode: textOf },
  base64: { encode: fromBase64, decode: (bytes) => (bytes as Codable).toBase64() },
  base64url: {
    encode: fromBase64,
    decode: (bytes) => (bytes as Codable).toBase64({ alphabet: "base64url", omitPadding: true }),
  },
  hex: { encode: (text) => codec.fromHex(text), decode: (bytes) => (bytes as Codable).toHex() },
};

export function toBytes(text: string, encoding: Encoding): Uint8Array<ArrayBuffer> {
  return CODINGS[encoding].encode(text);
}

export function toText(bytes: Uint8Array, encoding: Encoding): string {
  return CODINGS[encoding].decode(bytes);
}

/** So many characters at a time fit on the stack. */
const AT_ONCE = 1 << 13;

function textOf(units: Uint8Array | Uint16Array): string {
  let text = "";
  for (let at = 0; at < units.length; at += AT_ONCE) {
    text += String.fromCharCode.apply(null, units.subarray(at, at + AT_ONCE) as unknown as number[]);
  }
  return text;
}

function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  // Each unit takes at most three bytes.
  const bytes = new Uint8Array(text.length * 3);
  let end = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) {
      bytes[end++] = unit;
      continue;
    }
    const point = text.codePointAt(at)!;
    if (point > 0xffff) at++;
    end = writePoint(bytes, end, point >= 0xd800 && point < 0xe000 ? 0xfffd : point);
  }
  return bytes.slice(0, end);
}

function writePoint(bytes: Uint8Array, at: number, point: number): number {
  const following = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  bytes[at] = [0xc0, 0xe0, 0xf0][following - 1]! | (point >> (6 * following));
  for (let left = following; left > 0; left--)
    bytes[at + 1 + following - left] = 0x80 | ((point >> (6 * (left - 1))) & 0x3f);
  return at + 1 + following;
}

function decodeUtf8(bytes: Uint8Array): string {
  const units = new Uint16Array(bytes.length);
  let end = 0;
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at]!;
    const following = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    const point = following === 0 ? lead : readPoint(bytes, at, following);
    // What is no UTF-8 becomes a replacement character, a byte at a time.
    at += point === null ? 1 : following + 1;
    if (point !== null && point > 0xffff) {
      units[end++] = 0xd7c0 + (point >> 10);
      units[end++] = 0xdc00 | (point & 0x3ff);
    } else units[end++] = point ?? 0xfffd;
  }
  return textOf(units.subarray(0, end));
}

/** The least that may be written with so many following bytes. */
const LEAST = [0, 0x80, 0x800, 0x10000];

function readPoint(bytes: Uint8Array, at: number, following: number): number | null {
  const lead = bytes[at]!;
  if (lead < 0xc0 || lead >= 0xf8) return null;
  let point = lead & (0x3f >> following);
  for (let i = 1; i <= following; i++) {
    const byte = bytes[at + i] ?? 0;
    if ((byte & 0xc0) !== 0x80) return null;
    point = (point << 6) | (byte & 0x3f);
  }
  const isSurrogate = point >= 0xd800 && point < 0xe000;
  return point < LEAST[following]! || point > 0x10ffff || isSurrogate ? null : point;
}
