/** Runs functions: arguments checked, code called, result checked; transactions retried until they hold. */
import type { Caller, FunctionRef, Json, MutationResult, Outcome, QueryResult } from "./api.js";
import { Call, requestInfo, runInCall, type RequestInfo } from "./call.js";
import { CommitGate } from "./commit-gate.js";
import { resolveResult, resolveWrites } from "./commit-timestamp.js";
import { describeThrown, FunctionError } from "./function-error.js";
import {
  argumentObject,
  checkArguments,
  checkResult,
  requireFunction,
  requirePublic,
} from "./function-contract.js";
import { canonicalPath, describeRef, UDF_TYPES, type FunctionKind } from "./functions.js";
import { reportCompletion } from "./completion.js";
import { LogSink } from "./logging.js";
import type { Runtime } from "./runtime.js";
import { ResetError, type Changes } from "./store.js";
import { Transaction } from "./transaction.js";
import type { Metric } from "./usage.js";

/** Convex's limit on functions that call functions. */
const MAX_DEPTH = 8;
/** After so many conflicts a transaction runs while all other commits wait. */
const OPTIMISTIC_ATTEMPTS = 4;

/** More that belongs to the commit of a mutation. */
export interface CommitExtras {
  /** Asked first, inside the transaction: false means that there is nothing to do any more. */
  begin?(transaction: Transaction): boolean;
  /** Adds writes of the engine's own, before the commit. */
  finish?(transaction: Transaction): void;
  changes?(outcome: Outcome): Changes;
  scheduledFunctionId?: string;
}

export class Runner {
  readonly #gate = new CommitGate();
  readonly #running = new Set<Promise<unknown>>();

  constructor(private readonly runtime: Runtime) {}

  /** Resolves when no query or mutation is running. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  /** Runs queries so that all results hold at one timestamp. */
  queries(
    calls: { ref: FunctionRef; args: Json; journal?: string | null }[],
    caller: Caller,
  ): Promise<{ ts: bigint; results: QueryResult[] }> {
    return this.#track(this.#queries(calls, caller));
  }

  mutation(ref: FunctionRef, args: Json, caller: Caller, extras: CommitExtras = {}): Promise<MutationResult> {
    return this.#track(this.#mutation(ref, args, caller, extras));
  }

  async #queries(
    calls: { ref: FunctionRef; args: Json; journal?: string | null }[],
    caller: Caller,
  ): Promise<{ ts: bigint; results: QueryResult[] }> {
    const running = calls.map((call) => ({
      ...call,
      transaction: null as Transaction | null,
      outcome: null as Outcome | null,
    }));
    try {
      for (let attempt = 0; ; attempt++) {
        const invalid = running.filter(({ transaction }) => transaction === null || transaction.doomed);
        if (invalid.length === 0) break;
        await this.#gate.runAlone(attempt >= OPTIMISTIC_ATTEMPTS, async () => {
          for (const query of invalid) {
            query.transaction?.release();
            query.transaction = new Transaction(this.runtime.store);
            query.transaction.pageEnd = query.journal ?? null;
            query.outcome = await this.#outcome(query.ref, "query", query.args, caller, query.transaction);
          }
        });
      }
      const results = running.map(({ outcome, transaction }) => ({
        outcome: outcome!,
        reads: transaction!.reads,
        journal: transaction!.pageEnd,
      }));
      return { ts: this.runtime.store.ts, results };
    } finally {
      for (const { transaction } of running) transaction?.release();
    }
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work);
    return work.finally(() => this.#running.delete(work));
  }

  async #mutation(
    ref: FunctionRef,
    args: Json,
    caller: Caller,
    extras: CommitExtras,
  ): Promise<MutationResult> {
    const { store } = this.runtime;
    const { epoch } = store;
    for (let attempt = 0; ; attempt++) {
      const alone = attempt >= OPTIMISTIC_ATTEMPTS;
      const result = await this.#gate.runAlone(alone, () => {
        if (epoch !== store.epoch) return resetMeanwhile(caller, store.ts);
        return this.#attempt(ref, args, caller, extras, alone);
      });
      if (result !== null) return result;
    }
  }

  async action(ref: FunctionRef, args: Json, caller: Caller, scheduledFunctionId?: string): Promise<Outcome> {
    return this.#outcome(ref, "action", args, caller, null, scheduledFunctionId);
  }

  /** A query or mutation inside a transaction: shares it, and undoes its own part alone if it fails. */
  async nested(
    parent: Call,
    ref: FunctionRef,
    kind: "query" | "mutation",
    args: Json,
    budget: Partial<Record<Metric, number>> | undefined,
  ): Promise<Json> {
    const transaction = parent.requireTransaction();
    const savepoint = transaction.savepoint();
    const leave = transaction.usage.enter(budget);
    try {
      const value = await this.#run(this.#child(parent, ref, kind, transaction), args);
      leave("kept");
      return value;
    } catch (error) {
      transaction.rollbackTo(savepoint);
      leave("rolledBack");
      throw error;
    }
  }

  /** A query that sees only what is committed, and on which the mutation does not depend. */
  async nestedOnSnapshot(parent: Call, ref: FunctionRef, args: Json): Promise<Json> {
    const transaction = new Transaction(this.runtime.store);
    try {
      return await this.#run(this.#child(parent, ref, "query", transaction), args);
    } finally {
      transaction.release();
    }
  }

  /** An HTTP action: not a registered function, so whoever found it knows how to call it. */
  async http<T>(
    ref: FunctionRef,
    identifier: string,
    identity: Json,
    request: RequestInfo,
    body: () => Promise<T>,
  ): Promise<T> {
    const call = new Call(this.runtime, this.runtime.deployment, ref, "action", identity, request, null, 0);
    const startedAt = this.runtime.now();
    let error: string | null = null;
    try {
      return await runInCall(call, body);
    } catch (thrown) {
      const described = describeThrown(thrown, this.runtime.codeFolder);
      error = described.message;
      throw described;
    } finally {
      const { component } = ref;
      reportCompletion(this.runtime, {
        identifier,
        component,
        udfType: "HttpAction",
        request,
        startedAt,
        error,
      });
    }
  }

  /** Null when it must start over. */
  async #attempt(
    ref: FunctionRef,
    args: Json,
    caller: Caller,
    extras: CommitExtras,
    alone: boolean,
  ): Promise<MutationResult | null> {
    const { store } = this.runtime;
    const transaction = new Transaction(store);
    try {
      if (extras.begin?.(transaction) === false) {
        return { outcome: { ok: true, value: null, logLines: [] }, ts: store.ts };
      }
      const id = extras.scheduledFunctionId;
      const outcome = await this.#outcome(ref, "mutation", args, caller, transaction, id);
      if (!alone) await this.#gate.passed();
      return transaction.doomed ? null : this.#commit(transaction, outcome, extras);
    } finally {
      transaction.release();
    }
  }

  #commit(transaction: Transaction, outcome: Outcome, extras: CommitExtras): MutationResult {
    const { store } = this.runtime;
    if (!outcome.ok) transaction.rollbackTo(0);
    else extras.finish?.(transaction);
    const ts = store.nextTs();
    let writes = transaction.writes();
    let resolved = outcome;
    if (transaction.usesCommitTs) {
      writes = resolveWrites(writes, ts);
      if (outcome.ok) resolved = { ...outcome, value: resolveResult(outcome.value, ts) };
    }
    const changes = extras.changes?.(resolved) ?? {};
    if (writes.length > 0 || Object.keys(changes).length > 0) store.commit(writes, changes, ts);
    return { outcome: resolved, ts: store.ts };
  }

  async #outcome(
    ref: FunctionRef,
    kind: FunctionKind,
    args: Json,
    caller: Caller,
    transaction: Transaction | null,
    scheduledFunctionId: string | null = null,
  ): Promise<Outcome> {
    const logs = new LogSink();
    const request = requestInfo(caller, logs, scheduledFunctionId);
    const call = new Call(
      this.runtime,
      this.runtime.deployment,
      ref,
      kind,
      caller.identity,
      request,
      transaction,
      0,
    );
    const startedAt = this.runtime.now();
    let outcome: Outcome;
    try {
      if (!caller.admin) requirePublic(call);
      outcome = { ok: true, value: await this.#run(call, args), logLines: logs.lines };
    } catch (error) {
      outcome = failure(error as Error, caller.requestId, logs);
    }
    // One that starts over will be reported when it has ended.
    if (!transaction?.doomed) this.#report(call, outcome.ok ? null : outcome.message, startedAt);
    return outcome;
  }

  #report({ ref, kind, request }: Call, error: string | null, startedAt: number): void {
    const identifier = canonicalPath(ref.path);
    const { component } = ref;
    reportCompletion(this.runtime, {
      identifier,
      component,
      udfType: UDF_TYPES[kind],
      request,
      startedAt,
      error,
    });
  }

  #child(parent: Call, ref: FunctionRef, kind: "query" | "mutation", transaction: Transaction): Call {
    if (parent.depth >= MAX_DEPTH) {
      throw new Error(`Functions call each other more than ${MAX_DEPTH} levels deep at ${describeRef(ref)}.`);
    }
    const identity = parent.identityFor(ref.component);
    const { runtime, deployment, request, depth } = parent;
    return new Call(runtime, deployment, ref, kind, identity, request, transaction, depth + 1);
  }

  async #run(call: Call, args: Json): Promise<Json> {
    const registered = requireFunction(call);
    const argument = argumentObject(args);
    checkArguments(call, registered, argument);
    let text: string;
    try {
      text = await runInCall(call, () =>
        registered.invoke(JSON.stringify([argument]), call.request.requestId),
      );
    } catch (thrown) {
      throw describeThrown(thrown, this.runtime.codeFolder);
    }
    const value = JSON.parse(text) as Json;
    checkResult(call, registered, value);
    return value;
  }
}

function resetMeanwhile({ requestId }: Caller, ts: bigint): Promise<MutationResult> {
  return Promise.resolve({ outcome: failure(new ResetError(), requestId, new LogSink()), ts });
}

function failure(error: Error, requestId: string, logs: LogSink): Outcome {
  const message = `[Request ID: ${requestId}] Server Error\n${error.message}`;
  const data = error instanceof FunctionError ? error.data : undefined;
  return { ok: false, message, logLines: logs.lines, ...(data === undefined ? {} : { data }) };
}
