/** A function that is running, and how its system calls find it. */
import { AsyncContext } from "#platform";
import type { Caller, FunctionRef, Json } from "./api.js";
import type { Deployment } from "./deployment.js";
import type { FunctionKind } from "./functions.js";
import type { LogSink } from "./logging.js";
import type { Page } from "./pagination.js";
import type { QueryStream } from "./query.js";
import type { Runtime } from "./runtime.js";
import type { Transaction } from "./transaction.js";

/** What all functions of one request share. */
export interface RequestInfo {
  requestId: string;
  ip: string | null;
  userAgent: string | null;
  scheduledFunctionId: string | null;
  logs: LogSink;
}

export class Call {
  /** The one page that a function may read, and its open `for await` loops. */
  page: Page | null = null;
  readonly streams = new Map<number, QueryStream>();
  #nested: Promise<unknown> = Promise.resolve();
  #lastStream = 0;
  readonly #epoch: number;

  constructor(
    readonly runtime: Runtime,
    readonly deployment: Deployment,
    readonly ref: FunctionRef,
    readonly kind: FunctionKind,
    /** Claims of the user; null also inside components, which do not see who calls. */
    readonly identity: Json,
    readonly request: RequestInfo,
    /** Null in actions. */
    readonly transaction: Transaction | null,
    readonly depth: number,
  ) {
    this.#epoch = runtime.store.epoch;
  }

  get component(): string {
    return this.ref.component;
  }

  /** What time it is for the function: a transaction happens at one moment. */
  now(): number {
    return this.transaction?.time ?? this.runtime.now();
  }

  /** For what is no transaction, which would start over. */
  assertNotReset(): void {
    this.runtime.store.assertSameEpoch(this.#epoch);
  }

  requireTransaction(): Transaction {
    if (this.transaction !== null) return this.transaction;
    throw new Error(
      "The database is not available in actions: call a query or mutation with ctx.runQuery or ctx.runMutation.",
    );
  }

  requireMutation(): Transaction {
    if (this.kind === "mutation") return this.requireTransaction();
    throw new Error(`A ${this.kind} cannot write: do it in a mutation.`);
  }

  addStream(stream: QueryStream): number {
    this.#lastStream += 1;
    this.streams.set(this.#lastStream, stream);
    return this.#lastStream;
  }

  /** Nested calls of one function run one after another: they share its overlay, and one may roll back. */
  inTurn<T>(nested: () => Promise<T>): Promise<T> {
    const result = this.#nested.then(nested);
    this.#nested = result.catch(() => undefined);
    return result;
  }

  identityFor(component: string): Json {
    return component === this.component ? this.identity : null;
  }
}

const current = new AsyncContext<Call | undefined>();

export function runningCall(): Call | undefined {
  return current.getStore();
}

export function runInCall<T>(call: Call, body: () => T): T {
  return current.run(call, body);
}

/** For what outlives the function that caused it, such as timers. */
export function outsideCalls<T>(body: () => T): T {
  // Unlike exit(), which costs twenty times as much: every commit asks for the time.
  return current.run(undefined, body);
}

export function requestInfo(
  caller: Caller,
  logs: LogSink,
  scheduledFunctionId: string | null = null,
): RequestInfo {
  const { requestId, ip = null, userAgent = null } = caller;
  return { requestId, ip, userAgent, scheduledFunctionId, logs };
}
