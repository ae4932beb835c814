/** `TextEncoder`, `TextDecoder`, `atob` and `btoa`. */
import { toBytes, toText } from "../text.js";

export class TextEncoder {
  readonly encoding = "utf-8";

  encode(text = ""): Uint8Array {
    return toBytes(text, "utf8");
  }
}

export class TextDecoder {
  readonly encoding = "utf-8";

  decode(bytes: ArrayBuffer | ArrayBufferView = new ArrayBuffer(0)): string {
    return toText(bytesOf(bytes), "utf8").replace(/^\ufeff/, "");
  }
}

export const atob = (base64: string): string => toText(toBytes(base64, "base64"), "latin1");
export const btoa = (binary: string): string => toText(toBytes(binary, "latin1"), "base64");

export function bytesOf(source: ArrayBuffer | ArrayBufferView): Uint8Array<ArrayBuffer> {
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  const { buffer, byteOffset, byteLength } = source;
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}
