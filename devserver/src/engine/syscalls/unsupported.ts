/** Operations that need a service which the embedded deployment is not. */
import type { AsyncSyscall } from "./index.js";

const WHAT: Record<string, string> = {
  "1.0/actions/vectorSearch": "vector search",
  "1.0/auditLog": "the audit log",
  "1.0/createServiceToken": "service tokens",
  "1.0/getServiceUrl": "Convex-managed services",
  "1.0/signJwt": "signing tokens with ctx.auth.signJwt",
  "1.0/storageGet": "storage.get in queries and mutations",
  "1.0/storageStore": "storage.store in mutations",
};

export const unsupportedSyscalls: Record<string, AsyncSyscall> = Object.fromEntries(
  Object.entries(WHAT).map(([op, what]) => [op, () => refuse(what)]),
);

function refuse(what: string): never {
  throw new Error(
    `The embedded deployment does not have ${what}: use a hosted or self-hosted Convex deployment for it.`,
  );
}
