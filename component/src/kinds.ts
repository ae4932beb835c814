/** The functions that clients call, and what kind each is; TypeScript compares them with those of convex/. */
import type { api } from "../../convex/_generated/api";

type PublicApi = typeof api;

type KindOf<Function> = Function extends { _type: infer Kind } ? Kind : never;

export const KINDS = {
  assets: {
    generateUploadUrl: "mutation",
    get: "query",
    list: "query",
    parts: "query",
    save: "mutation",
    stageParts: "mutation",
  },
  claims: { claim: "mutation", waiting: "query" },
  events: { list: "query", record: "mutation" },
  handshake: { get: "query" },
  ingest: { apply: "mutation" },
  jobs: {
    active: "query",
    attempts: "query",
    cancel: "mutation",
    complete: "mutation",
    create: "mutation",
    fail: "mutation",
    getByJobId: "query",
    getBySource: "query",
    getPublic: "query",
    heartbeat: "mutation",
    list: "query",
    progressOf: "query",
    remove: "mutation",
    retry: "mutation",
    rollup: "query",
    setRun: "mutation",
    share: "mutation",
    shares: "query",
    start: "mutation",
    stats: "query",
    unshare: "mutation",
    updateProgress: "mutation",
    upsert: "mutation",
  },
  retention: { list: "query", set: "mutation" },
  uploads: { generateUrls: "mutation" },
  watches: { touch: "mutation" },
} as const satisfies {
  [Module in keyof PublicApi]: { [Name in keyof PublicApi[Module]]: KindOf<PublicApi[Module][Name]> };
};
