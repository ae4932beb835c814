/**
 * The narrow interface between the engine (documents, transactions, functions, schedules, files) and
 * the server (Convex's protocols). Nothing under `server/` reaches past it.
 *
 * Values cross it in Convex's encoded JSON form (`$integer`, `$bytes`, `$float`), never as live objects.
 */
import type { Disk } from "./disk.js";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A function of the app (`component: ""`) or of a component (`"workpool"`, `"aggregate/batchWorker"`). */
export interface FunctionRef {
  component: string;
  /** `"jobs:upsert"`, `"dir/module:fn"`; `"module"` alone means its default export. */
  path: string;
}

/** Who calls. An admin may call internal functions and component functions. */
export interface Caller {
  admin: boolean;
  /** Claims for `ctx.auth.getUserIdentity()`, or null. */
  identity: Json;
  requestId: string;
  ip?: string | undefined;
  userAgent?: string | undefined;
}

export type Outcome =
  | { ok: true; value: Json; logLines: string[] }
  /** `data` is set for a ConvexError only. */
  | { ok: false; message: string; data?: Json; logLines: string[] };

/** What a query read: compared with commits to know whether it must run again. Opaque to the server. */
export interface ReadSet {
  overlaps(commit: Commit): boolean;
}

export interface Commit {
  /** Strictly increasing, nanosecond-like timestamp of the commit. */
  ts: bigint;
}

export interface QueryResult {
  outcome: Outcome;
  reads: ReadSet;
  /** Where its pages ended; given back on a rerun so that they end there again. Opaque to the server. */
  journal?: string | null;
}

export interface MutationResult {
  outcome: Outcome;
  /** Timestamp at which the result is visible to queries. */
  ts: bigint;
}

export interface StoredFile {
  contentType: string | null;
  size: number;
  sha256Base64: string;
  /** Bytes from `start` to `end` inclusive. */
  read(range?: { start: number; end: number }): AsyncIterable<Uint8Array>;
}

export interface ModuleSource {
  /** As the CLI pushes it: `"jobs.js"`, `"_deps/chunk-ABC.js"`. */
  path: string;
  source: string;
  environment: "isolate" | "node";
}

/** One component definition of a push; the app itself has `definitionPath: ""`. */
export interface PushedDefinition {
  definitionPath: string;
  /** The bundled `convex.config.js`, if any. */
  config: ModuleSource | null;
  /** The bundled `schema.js`, if any. */
  schema: ModuleSource | null;
  functions: ModuleSource[];
  dependencies: string[];
}

export interface Push {
  app: PushedDefinition;
  components: PushedDefinition[];
}

export interface AnalyzedFunction {
  name: string;
  udfType: "Query" | "Mutation" | "Action" | "HttpAction";
  visibility: "public" | "internal";
  /** What `exportArgs()` and `exportReturns()` print, a JSON text each. */
  args: string | null;
  returns: string | null;
}

export interface AnalyzedDefinition {
  definitionPath: string;
  /** What `definition.export()` and `schema.export()` give, parsed; null where there is none. */
  definition: Json;
  schema: Json;
  /** By module path. */
  modules: Record<
    string,
    { functions: AnalyzedFunction[]; httpRoutes: [path: string, method: string][] | null; cronSpecs: Json }
  >;
}

export interface Analysis {
  definitions: AnalyzedDefinition[];
  /** Mounted components by path: `{"": "", "workpool": "<definition path>"}`. */
  mounted: Record<string, string>;
}

/** A push that was imported and analysed, and can be made live. */
export interface Staged {
  analysis: Analysis;
  /** Existing documents that break the new schema; null when they all fit. */
  checkDocuments(): { component: string; table: string; error: string } | null;
  /** Index changes by component path, `[table, index, fields]`. */
  indexDiff(): Record<string, { added: [string, string, string[]][]; removed: [string, string, string[]][] }>;
  /** Makes it live at once and durable; running calls finish on the old code. */
  activate(): Promise<void>;
}

export interface ScheduledInfo {
  id: string;
  component: string;
  path: string;
  state: string;
  scheduledTime: number;
}

export interface Engine {
  /** Timestamp of the newest commit. */
  readonly ts: bigint;
  /** Everything in one snapshot; results in order. */
  queries(
    calls: { ref: FunctionRef; args: Json; journal?: string | null }[],
    caller: Caller,
  ): Promise<{ ts: bigint; results: QueryResult[] }>;
  /** `dedupe` makes a repeat of the same session and request answer the first result (sync protocol). */
  mutation(
    ref: FunctionRef,
    args: Json,
    caller: Caller,
    dedupe?: { sessionId: string; requestId: number },
  ): Promise<MutationResult>;
  action(ref: FunctionRef, args: Json, caller: Caller): Promise<Outcome>;
  /** The kind of a function, or null if there is none that this caller may call. */
  kindOf(ref: FunctionRef, caller: Caller): "query" | "mutation" | "action" | null;
  /** Runs the app's HTTP router (mounted component routers included); 404 when no route matches. */
  http(request: Request, caller: Caller): Promise<Response>;
  /** Called after each commit, in order. Returns a function that stops it. */
  onCommit(listener: (commit: Commit) => void): () => void;
  /** Called with each log line of each function, for `convex logs` and `dev`. */
  onLog(listener: (entry: Json) => void): () => void;

  /** Imports and analyses without applying anything. Throws an Error whose message the pusher reads. */
  stage(push: Push): Promise<Staged>;
  readonly push: Push | null;

  storage: {
    /** Keeps the bytes while hashing; the row appears only when the file is whole. */
    store(
      component: string,
      body: AsyncIterable<Uint8Array>,
      options: { contentType: string | null; sha256Base64?: string | undefined },
    ): Promise<{ storageId: string }>;
    /** By the uuid of its URL. */
    open(component: string, uuid: string): Promise<StoredFile | null>;
    /** Checks an upload token: the component it is for, or why it is refused. */
    checkUploadToken(token: string): { component: string } | { error: "expired" | "invalid" };
  };
  environment: {
    list(): Record<string, string>;
    /** null removes. Durable when it resolves. */
    update(changes: Record<string, string | null>): Promise<void>;
  };
  /** For `convex data` and the dashboard. */
  inspect: {
    components(): string[];
    tables(component: string): string[];
    page(
      component: string,
      table: string,
      options: { order: "asc" | "desc"; limit: number; cursor: string | null },
    ): { documents: Json[]; cursor: string; isDone: boolean };
    scheduled(): ScheduledInfo[];
  };
  /** To be told when `now` jumped: runs what is due by it, and resolves when nothing is any more. */
  clockMoved(): Promise<void>;
  /** When the next scheduled function is due, so that a clock can be moved there; null if there is none. */
  nextScheduled(): number | null;
  /**
   * Empties all tables and file storage, and sets exactly these variables; the code stays. Calls that are
   * running have no effect any more.
   */
  reset(environment: Record<string, string>): void;
  /** Finishes running transactions, flushes the journal, stops timers. Safe to call twice. */
  close(): Promise<void>;
}

export interface EngineOptions {
  disk: Disk;
  /** Origins that functions see in `CONVEX_CLOUD_URL`, `CONVEX_SITE_URL` and storage URLs. */
  cloudUrl: string;
  siteUrl: string;
  /** Milliseconds since epoch; tests pass their own. */
  now?: () => number;
}

/** Replays the journal, resumes schedules. */
export type OpenEngine = (options: EngineOptions) => Promise<Engine>;
