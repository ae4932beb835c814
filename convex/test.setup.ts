/// <reference types="vite/client" />
/** What the tests of this folder start from: a deployment in memory with Convex's limits on, and tokens for it. */
import { convexTest } from "convex-test";
import { type JWTPayload, SignJWT } from "jose";
import { expect, vi } from "vitest";
import type { MutationCtx } from "./_generated/server";
import { type ErrorCode, type RefusalData, refusalData } from "./errors";
import { sha256Of } from "./model/digest";
import schema from "./schema";

export const API_KEY = "a-key-of-the-tests-with-32-characters";

export const modules = import.meta.glob(["./**/*.{ts,js}", "!./**/*.{test,setup}.ts", "!./**/*.d.ts"]);

/** A deployment whose JOBSYNC_API_KEY is `key`; null: none is set. */
export function deployment(key: string | null = API_KEY) {
  vi.stubEnv("JOBSYNC_API_KEY", key ?? "");
  return convexTest({ schema, modules, transactionLimits: true });
}

export type Deployment = ReturnType<typeof deployment>;

type TokenOptions = { key?: string; expiresIn?: number; claims?: JWTPayload };

export async function tokenFor(
  scope: string,
  { key = API_KEY, expiresIn = 60, claims = {} }: TokenOptions = {},
) {
  const now = Math.floor(Date.now() / 1000);
  const token = new SignJWT({ aud: "jobsync", iat: now, exp: now + expiresIn, scope, ...claims });
  return await token.setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(key));
}

/** The data of the refusal that `call` ends in; fails if it ends in anything else. */
export async function refusedWith(code: ErrorCode, call: Promise<unknown>): Promise<RefusalData> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => refusalData(error) ?? { error },
  );
  expect(outcome).toMatchObject({ code });
  return outcome as RefusalData;
}

export { sha256Of };

/** Puts a file into storage, as an upload does before its asset is saved. */
export function storedFile(t: Deployment, content: string): Promise<string> {
  return t.run(({ storage }) => storage.store(new Blob([content])));
}

export type Cost = {
  documentsRead: number;
  bytesRead: number;
  documentsWritten: number;
  bytesWritten: number;
};

/** What one call reads and writes, as Convex would meter it. */
export function costOf(t: Deployment, call: (ctx: MutationCtx) => Promise<unknown>): Promise<Cost> {
  return t.mutation(async (ctx) => {
    await call(ctx);
    const metrics = await (ctx as MutationCtx).meta.getTransactionMetrics();
    const { documentsRead, bytesRead, documentsWritten, bytesWritten } = metrics;
    return {
      documentsRead: documentsRead.used,
      bytesRead: bytesRead.used,
      documentsWritten: documentsWritten.used,
      bytesWritten: bytesWritten.used,
    };
  });
}
