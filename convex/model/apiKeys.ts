/** The deployment's keys, and what proves knowledge of one: a token signed with it, or on a route the key itself. */
import { errors, jwtVerify, type JWTPayload, SignJWT } from "jose";
import { configuredKeys } from "../environment";
import { Refusal } from "../errors";
import type { Access, Scope } from "../validators";
import { sha256Of } from "./digest";
import { SCOPES } from "./limits";

const AUDIENCE = "jobsync";

function requiredKeys(): string[] {
  const keys = configuredKeys();
  if (keys.length > 0) return keys;
  throw new Refusal(
    "not_configured",
    "this deployment has no JOBSYNC_API_KEY; set one with `npx convex env set JOBSYNC_API_KEY`",
  );
}

/** Refuses a deployment without a key, also for what needs no token. */
export function assertConfigured(): void {
  requiredKeys();
}

export async function verifyToken(token: string | undefined): Promise<Access> {
  const keys = requiredKeys();
  if (token === undefined)
    throw new Refusal("unauthenticated", "token is missing; sign one with JOBSYNC_API_KEY");
  for (const key of keys) {
    const claims = await claimsIfSignedWith(key, token);
    if (claims !== null) return accessOf(claims);
  }
  throw new Refusal(
    "token_invalid",
    "the token is signed with another key than this deployment's JOBSYNC_API_KEY",
  );
}

async function claimsIfSignedWith(key: string, token: string): Promise<JWTPayload | null> {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(key), {
      algorithms: ["HS256"],
      audience: AUDIENCE,
      requiredClaims: ["iat", "exp"],
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return null;
    if (error instanceof errors.JWTExpired) {
      throw new Refusal("token_expired", "the token has expired; sign a new one", { serverTime: Date.now() });
    }
    if (error instanceof errors.JOSEError) throw invalidToken(error.message);
    throw error;
  }
}

function invalidToken(problem: string): Refusal {
  return new Refusal("token_invalid", `the token is not valid: ${problem}`);
}

function accessOf({ scope, job, owner, tag, jti }: JWTPayload): Access {
  if (!SCOPES.includes(scope as Scope)) throw invalidToken(`scope must be one of ${SCOPES.join(", ")}`);
  const named = Object.entries({ job, owner, tag }).filter(([, value]) => value !== undefined);
  const unclear = named.find(([, value]) => typeof value !== "string" || value === "");
  if (unclear !== undefined) throw invalidToken(`${unclear[0]} must be text`);
  const limits = Object.fromEntries(named);
  return { scope: scope as Scope, limits, ...(scope === "share" && jti !== undefined && { share: jti }) };
}

/** What a token says: its scope, and what it is limited to. */
export type Claims = { scope: Scope; job?: string; owner?: string; tag?: string; jti?: string };

/** Signs a token with the key, or the newest of them, while one replaces another. */
export async function signToken(claims: Claims, now: number, expiresAt: number): Promise<string> {
  const [key] = requiredKeys();
  return await new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256" })
    .setAudience(AUDIENCE)
    .setIssuedAt(Math.floor(now / 1000))
    .setExpirationTime(Math.floor(expiresAt / 1000))
    .sign(new TextEncoder().encode(key));
}

/** What a route's `Authorization: Bearer` proves: with the key everything, with a token what it says. */
export async function verifyBearer(header: string | null): Promise<Access> {
  const keys = requiredKeys();
  const credential = /^Bearer +(\S+) *$/i.exec(header ?? "")?.[1];
  if (credential === undefined)
    throw new Refusal("unauthenticated", "the Authorization header has no bearer token");
  // Digests differ everywhere if the keys differ anywhere, so how long comparing them takes tells nothing.
  const [given, ...known] = await Promise.all([credential, ...keys].map(sha256Of));
  if (known.filter((digest) => digest === given).length > 0) return { scope: "admin", limits: {} };
  return await verifyToken(credential);
}
