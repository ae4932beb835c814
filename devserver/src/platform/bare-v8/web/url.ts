/** `URL` and `URLSearchParams`, for addresses that are whole already. */
const PARTS = /^([a-z][a-z0-9+.-]*:)\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/i;

const encode = (text: string) =>
  encodeURIComponent(text)
    .replaceAll("%20", "+")
    .replaceAll(/[!'()~]/g, (character) => "%" + character.charCodeAt(0).toString(16).toUpperCase());

function decode(text: string): string {
  const spaced = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

type Pairs = Iterable<readonly [string, string]>;

export class URLSearchParams {
  #pairs: [string, string][];

  constructor(init: string | Record<string, string> | Pairs = "") {
    if (typeof init === "string") this.#pairs = parse(init.replace(/^\?/, ""));
    else if (Symbol.iterator in init) this.#pairs = Array.from(init, ([key, value]) => [key, value]);
    else this.#pairs = Object.entries(init);
  }

  get(name: string): string | null {
    return this.#pairs.find(([key]) => key === name)?.[1] ?? null;
  }

  getAll(name: string): string[] {
    return this.#pairs.filter(([key]) => key === name).map(([, value]) => value);
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }

  append(name: string, value: string): void {
    this.#pairs.push([name, value]);
  }

  set(name: string, value: string): void {
    this.delete(name);
    this.append(name, value);
  }

  delete(name: string): void {
    this.#pairs = this.#pairs.filter(([key]) => key !== name);
  }

  toString(): string {
    return this.#pairs.map(([key, value]) => `${encode(key)}=${encode(value)}`).join("&");
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.#pairs.values();
  }
}

function parse(query: string): [string, string][] {
  const parts = query.split("&").filter((part) => part !== "");
  return parts.map((part) => {
    const [key = "", ...rest] = part.split("=");
    return [decode(key), decode(rest.join("="))];
  });
}

export class URL {
  readonly protocol: string;
  readonly host: string;
  readonly searchParams: URLSearchParams;
  pathname: string;
  readonly #query: string;
  readonly hash: string;

  constructor(text: string | URL) {
    const match = PARTS.exec(String(text).trim());
    if (match === null || match[2] === "") throw new TypeError(`Invalid URL: ${String(text)}`);
    const [, protocol = "", host = "", pathname = "", query = "", hash = ""] = match;
    this.protocol = protocol.toLowerCase();
    this.host = host.toLowerCase();
    this.pathname = pathname === "" ? "/" : pathname.replaceAll(" ", "%20");
    this.#query = query;
    this.hash = hash;
    this.searchParams = new URLSearchParams(query);
  }

  static canParse(text: string): boolean {
    return PARTS.test(text);
  }

  get hostname(): string {
    return this.host.replace(/:\d+$/, "");
  }

  get port(): string {
    return /:(\d+)$/.exec(this.host)?.[1] ?? "";
  }

  get origin(): string {
    return `${this.protocol}//${this.host}`;
  }

  get search(): string {
    return this.#query === "?" ? "" : this.#query;
  }

  get href(): string {
    return this.origin + this.pathname + this.search + this.hash;
  }

  toString(): string {
    return this.href;
  }

  toJSON(): string {
    return this.href;
  }
}
