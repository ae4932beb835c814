/** `Headers`, `Request`, `Response` and `Blob`, with bodies that are there as a whole. */
import { toBytes, toText } from "../text.js";
import { bytesOf } from "./encoding.js";

type Part = string | ArrayBuffer | ArrayBufferView | Blob;
type HeadersInit = Headers | Record<string, string> | Iterable<readonly [string, string]>;

export class Headers {
  readonly #values = new Map<string, string>();

  constructor(init: HeadersInit = {}) {
    const pairs = Symbol.iterator in init ? init : Object.entries(init);
    for (const [name, value] of pairs as Iterable<[string, string]>) this.append(name, value);
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), value);
  }

  append(name: string, value: string): void {
    const before = this.get(name);
    this.set(name, before === null ? value : `${before}, ${value}`);
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  forEach(body: (value: string, name: string) => void): void {
    this.#values.forEach(body);
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.#values.entries();
  }
}

export class Blob {
  readonly type: string;
  readonly #bytes: Uint8Array<ArrayBuffer>;

  constructor(parts: Part[] = [], options: { type?: string } = {}) {
    const all = parts.map(bytesOfPart);
    this.#bytes = new Uint8Array(all.reduce((size, part) => size + part.length, 0));
    let at = 0;
    for (const part of all) {
      this.#bytes.set(part, at);
      at += part.length;
    }
    this.type = (options.type ?? "").toLowerCase();
  }

  get size(): number {
    return this.#bytes.length;
  }

  /** The bytes themselves, for those of this file. */
  static bytes(blob: Blob): Uint8Array<ArrayBuffer> {
    return blob.#bytes;
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return Promise.resolve(this.#bytes.slice().buffer);
  }

  text(): Promise<string> {
    return Promise.resolve(toText(this.#bytes, "utf8"));
  }
}

function bytesOfPart(part: Part): Uint8Array<ArrayBuffer> {
  if (typeof part === "string") return toBytes(part, "utf8");
  return part instanceof Blob ? Blob.bytes(part) : bytesOf(part);
}

class Body {
  readonly #blob: Blob;

  constructor(
    body: Part | null | undefined,
    readonly headers: Headers,
  ) {
    this.#blob = new Blob(body === null || body === undefined ? [] : [body]);
    const type =
      body instanceof Blob ? body.type : typeof body === "string" ? "text/plain;charset=UTF-8" : "";
    if (type !== "" && !headers.has("content-type")) headers.set("content-type", type);
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#blob.arrayBuffer();
  }

  text(): Promise<string> {
    return this.#blob.text();
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text()) as unknown;
  }

  blob(): Promise<Blob> {
    return Promise.resolve(new Blob([this.#blob], { type: this.headers.get("content-type") ?? "" }));
  }
}

export class Request extends Body {
  readonly url: string;
  readonly method: string;

  constructor(url: string | URL, init: { method?: string; headers?: HeadersInit; body?: Part | null } = {}) {
    super(init.body, new Headers(init.headers));
    this.url = String(url);
    this.method = init.method ?? "GET";
  }
}

export class Response extends Body {
  readonly status: number;

  constructor(body?: Part | null, init: { status?: number; headers?: HeadersInit } = {}) {
    super(body, new Headers(init.headers));
    this.status = init.status ?? 200;
  }

  static json(value: unknown, init: { status?: number; headers?: HeadersInit } = {}): Response {
    const headers = new Headers(init.headers);
    if (!headers.has("content-type")) headers.set("content-type", "application/json");
    return new Response(JSON.stringify(value), { ...init, headers });
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }
}
