/** Signed, short-lived permission to upload one component's files. */
import { createHmac, timingSafeEqual } from "node:crypto";

const VALID_MS = 3600 * 1000;

export class UploadTokens {
  constructor(
    private readonly secret: Buffer,
    private readonly now: () => number,
  ) {}

  issue(component: string): string {
    const body = Buffer.from(JSON.stringify([component, this.now() + VALID_MS])).toString("base64url");
    return `${body}.${this.#sign(body)}`;
  }

  check(token: string): { component: string } | { error: "expired" | "invalid" } {
    const [body = "", signature = ""] = token.split(".");
    const expected = Buffer.from(this.#sign(body));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return { error: "invalid" };
    const [component, expires] = JSON.parse(Buffer.from(body, "base64url").toString()) as [string, number];
    return this.now() < expires ? { component } : { error: "expired" };
  }

  #sign(body: string): string {
    return createHmac("sha256", this.secret).update(body).digest("base64url");
  }
}
