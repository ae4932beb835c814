/** Who is calling: reads `Authorization` headers and the sync protocol's Authenticate messages. */
import { sameBytes, sha256, toBytes, toText } from "#platform";
import type { Caller, Json } from "../engine/api.js";
import { ApiError } from "./api-error.js";

export type Credentials = Pick<Caller, "admin" | "identity">;

export const ANONYMOUS: Credentials = { admin: false, identity: null };

/** `Convex <admin key>`, optionally `:<base64 of the JSON identity to act as>`. */
export function credentialsFromHeader(header: string | undefined, adminKey: string): Credentials {
  if (header === undefined || header === "") return ANONYMOUS;
  const [scheme, value = ""] = splitOnce(header.trim(), " ");
  if (scheme === "Convex") {
    const [key, encodedIdentity] = splitOnce(value.trim(), ":");
    requireAdminKey(key, adminKey);
    return { admin: true, identity: encodedIdentity === undefined ? null : parseIdentity(encodedIdentity) };
  }
  if (scheme === "Bearer") throw noAuthProvider();
  throw new ApiError(
    401,
    "InvalidAuthHeader",
    "Authorization must be `Convex <admin key>` or `Bearer <JWT>`.",
  );
}

export function requireAdminKey(given: string, adminKey: string): void {
  if (!sameKey(given, adminKey)) {
    throw new ApiError(
      401,
      "BadAdminKey",
      "The admin key is not the one of this deployment. It is in keys.json of its data folder.",
    );
  }
}

export function requireAdmin(credentials: Credentials): void {
  if (!credentials.admin) {
    throw new ApiError(401, "Unauthenticated", "This needs `Authorization: Convex <admin key>`.");
  }
}

/** User tokens need an auth provider, and this deployment configures none. */
export function noAuthProvider(): ApiError {
  return new ApiError(
    401,
    "NoAuthProvider",
    "No auth provider is configured for this token: the embedded deployment accepts admin keys only.",
  );
}

function parseIdentity(encoded: string): Json {
  try {
    return JSON.parse(toText(toBytes(encoded, "base64"), "utf8")) as Json;
  } catch {
    throw new ApiError(401, "InvalidAuthHeader", "The identity after the admin key is not base64 of JSON.");
  }
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** Compared as digests, so that neither length nor content shows in the time it takes. */
export function sameKey(given: string, expected: string): boolean {
  const digest = (text: string) => sha256(toBytes(text, "utf8"));
  return sameBytes(digest(given), digest(expected));
}
