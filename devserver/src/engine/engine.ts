/** Replays what was kept and puts the parts of the engine together behind the interface of `api.ts`. */
import { Answers } from "./answers.js";
import type { Caller, Engine, FunctionRef, Json, MutationResult, OpenEngine } from "./api.js";
import { outsideCalls } from "./call.js";
import type { Deployment } from "./deployment.js";
import { Environment } from "./environment.js";
import { FileStore } from "./files.js";
import { installGlobals } from "./globals.js";
import { runHttp } from "./http-routing.js";
import { inspection } from "./inspection.js";
import type { JournalRecord } from "./journal-record.js";
import { Runtime } from "./runtime.js";
import { Scheduler } from "./scheduler.js";
import { Staging } from "./staging.js";
import { Store } from "./store.js";
import { UploadTokens } from "./upload-token.js";

const SNAPSHOT_BATCH = 100;

export const openEngine: OpenEngine = async (options) => {
  installGlobals();
  const { disk } = options;
  const clock = options.now ?? Date.now;
  // The clock may ask `Date`, and means the host's, also while a function waits for the engine.
  const store = new Store(() => outsideCalls(clock));
  const environment = new Environment(store);
  const answers = new Answers();
  let livePush: number | null = null;
  const journal = disk.openJournal((record) => {
    store.replay(record);
    if (record.environment) environment.replay(record.environment);
    if (record.answer) answers.remember(record.answer);
    livePush = record.push ?? livePush;
  });
  if (journal !== null) store.attach(journal);
  const files = new FileStore(disk.files, store);
  files.open();
  const tokens = new UploadTokens(disk.secret, store.now);
  const runtime = new Runtime(options, store, environment, files, tokens);
  const scheduler = new Scheduler(runtime);
  const onActivated = (deployment: Deployment) => scheduler.declareCrons(deployment);
  const staging = await Staging.open(runtime, disk.code, livePush, onActivated);
  scheduler.start();
  store.listeners.add(() => {
    if (journal?.wantsCompaction === true)
      journal.compact(snapshotOf(store, environment, answers, staging.live));
  });
  return new EmbeddedEngine(runtime, answers, scheduler, staging);
};

function* snapshotOf(
  store: Store,
  environment: Environment,
  answers: Answers,
  push: number | null,
): Generator<JournalRecord> {
  const ts = String(store.ts);
  yield* store.snapshot(SNAPSHOT_BATCH);
  yield { ts, environment: environment.list(), ...(push === null ? {} : { push }) };
  for (const answer of answers.all()) yield { ts, answer };
}

class EmbeddedEngine implements Engine {
  readonly inspect: Engine["inspect"];
  readonly storage: Engine["storage"];
  readonly environment: Engine["environment"];
  #closing: Promise<void> | null = null;
  /** Mutations with a request identity that are running: a repeat waits for the same answer. */
  readonly #inFlight = new Map<string, Promise<MutationResult>>();

  constructor(
    private readonly runtime: Runtime,
    private readonly answers: Answers,
    private readonly scheduler: Scheduler,
    private readonly staging: Staging,
  ) {
    const { files, uploadTokens, environment } = runtime;
    this.inspect = inspection(runtime);
    this.storage = {
      store: (component, body, options) => files.save(component, body, options),
      open: (component, uuid) => Promise.resolve(files.find(component, uuid)),
      checkUploadToken: (token) => uploadTokens.check(token),
    };
    this.environment = {
      list: () => environment.list(),
      update: (changes) => attempt(() => environment.update(changes)),
    };
  }

  get ts(): bigint {
    return this.runtime.store.ts;
  }

  get push(): Engine["push"] {
    return this.runtime.deployment.push;
  }

  async queries(...[calls, caller]: Parameters<Engine["queries"]>): ReturnType<Engine["queries"]> {
    return this.runtime.runner.queries(calls, caller);
  }

  async mutation(
    ref: FunctionRef,
    args: Json,
    caller: Caller,
    dedupe?: { sessionId: string; requestId: number },
  ): Promise<MutationResult> {
    if (dedupe === undefined) return this.runtime.runner.mutation(ref, args, caller);
    const known = this.answers.find(dedupe.sessionId, dedupe.requestId);
    if (known !== undefined) return { outcome: known, ts: this.ts };
    const key = `${dedupe.sessionId}:${dedupe.requestId}`;
    const running = this.#inFlight.get(key) ?? this.#firstTime(ref, args, caller, dedupe);
    this.#inFlight.set(key, running);
    return running.finally(() => this.#inFlight.delete(key));
  }

  #firstTime(
    ref: FunctionRef,
    args: Json,
    caller: Caller,
    dedupe: { sessionId: string; requestId: number },
  ): Promise<MutationResult> {
    const { sessionId, requestId } = dedupe;
    const running = this.runtime.runner.mutation(ref, args, caller, {
      changes: (outcome) => {
        const answer = { sessionId, requestId, outcome: outcome as unknown as Json };
        this.answers.remember(answer);
        return { answer };
      },
    });
    return running.catch((error: unknown) => {
      // It could not be journalled, so it did not happen.
      this.answers.forget(sessionId, requestId);
      throw error;
    });
  }

  action(ref: FunctionRef, args: Json, caller: Caller): ReturnType<Engine["action"]> {
    return this.runtime.runner.action(ref, args, caller);
  }

  kindOf(ref: FunctionRef, caller: Caller): ReturnType<Engine["kindOf"]> {
    const found = this.runtime.deployment.find(ref);
    if (found === null) return null;
    const allowed = caller.admin || (found.isPublic && ref.component === "");
    return allowed ? found.kind : null;
  }

  http(request: Request, caller: Caller): Promise<Response> {
    return runHttp(this.runtime, request, caller);
  }

  onCommit(listener: Parameters<Engine["onCommit"]>[0]): () => void {
    this.runtime.store.listeners.add(listener);
    return () => this.runtime.store.listeners.delete(listener);
  }

  onLog(listener: Parameters<Engine["onLog"]>[0]): () => void {
    this.runtime.logListeners.add(listener);
    return () => this.runtime.logListeners.delete(listener);
  }

  stage(push: Parameters<Engine["stage"]>[0]): ReturnType<Engine["stage"]> {
    return this.staging.stage(push);
  }

  clockMoved(): Promise<void> {
    return this.scheduler.catchUp();
  }

  nextScheduled(): number | null {
    return this.scheduler.nextScheduled();
  }

  reset(environment: Record<string, string>): void {
    const { runtime } = this;
    runtime.environment.reset(environment);
    runtime.store.clear();
    this.scheduler.declareCrons(runtime.deployment);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.scheduler.stop();
    await this.runtime.runner.idle();
    await this.runtime.store.journal?.close();
  }
}

/** Errors of synchronous work, as a rejection. */
function attempt(work: () => void): Promise<void> {
  return new Promise((resolve) => {
    work();
    resolve();
  });
}
