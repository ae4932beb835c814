/** Signed, short-lived permission to upload one component's files. */
import { hmacSha256, sameBytes, toBytes, toText } from "#platform";

const VALID_MS = 3600 * 1000;

export class UploadTokens {
  constructor(
    private readonly secret: Uint8Array,
    private readonly now: () => number,
  ) {}

  issue(component: string): string {
    const body = toText(toBytes(JSON.stringify([component, this.now() + VALID_MS]), "utf8"), "base64url");
    return `${body}.${this.#sign(body)}`;
  }

  check(token: string): { component: string } | { error: "expired" | "invalid" } {
    const [body = "", signature = ""] = token.split(".");
    if (!sameBytes(toBytes(signature, "utf8"), toBytes(this.#sign(body), "utf8")))
      return { error: "invalid" };
    const text = toText(toBytes(body, "base64url"), "utf8");
    const [component, expires] = JSON.parse(text) as [string, number];
    return this.now() < expires ? { component } : { error: "expired" };
  }

  #sign(body: string): string {
    return toText(hmacSha256(this.secret, body), "base64url");
  }
}
