/**
 * One client's session as a state machine without input or output: messages and results go in, effects
 * come out. The client always sees one consistent snapshot: every answer in a transition holds at its
 * timestamp.
 */
import type { Commit, FunctionRef, Json, MutationResult, Outcome, QueryResult } from "../../engine/api.js";
import { ANONYMOUS, type Credentials } from "../auth.js";
import { functionRef } from "../function-path.js";
import { encodeTs } from "../wire.js";
import {
  argsObject,
  ProtocolError,
  type AddQuery,
  type Authenticate,
  type ClientMessage,
  type FunctionRequest,
  type ModifyQuerySet,
  type ServerMessage,
  type StateModification,
  type StateVersion,
} from "./protocol.js";
import { dataOf, Subscriptions, type ReadCall } from "./subscriptions.js";

export interface RunEffect {
  do: "mutate" | "act";
  requestId: number;
  ref: FunctionRef;
  args: Json;
  credentials: Credentials;
  sessionId: string;
}

export type Effect =
  | { do: "send"; message: ServerMessage }
  | { do: "close"; reason: string }
  | { do: "read"; reading: Reading; calls: ReadCall[]; credentials: Credentials }
  | RunEffect;

/** A transition under way: what it will bring the client to. */
interface Reading {
  querySet: number;
  identity: number;
  ids: Set<number>;
  removed: number[];
  /** The client waits for it even if no answer changes. */
  owed: boolean;
  /** Commits since it began. */
  commits: Commit[];
}

interface Version {
  querySet: number;
  identity: number;
  ts: bigint;
}

const MOST_QUEUED_MUTATIONS = 1000;

export class SyncSession {
  private sessionId: string | null = null;
  private credentials = ANONYMOUS;
  private readonly subscriptions = new Subscriptions();
  private removed: number[] = [];
  /** The version that the client has. */
  private sent: Version = { querySet: 0, identity: 0, ts: 0n };
  /** What it asked for since. */
  private wanted = { querySet: 0, identity: 0 };
  /** A response went out that the client holds back until a transition has passed it. */
  private owesTransition = false;
  private reading: Reading | null = null;
  private readonly queue: RunEffect[] = [];
  private mutating = false;

  /** `verify` answers who a token stands for, or throws. */
  constructor(private readonly verify: (message: Authenticate) => Credentials) {}

  receive(message: ClientMessage): Effect[] {
    if (message.type === "Connect") {
      this.sessionId = message.sessionId;
      return [];
    }
    if (this.sessionId === null) throw new ProtocolError("Connect must be the first message");
    switch (message.type) {
      case "ModifyQuerySet":
        return this.modifyQuerySet(message);
      case "Authenticate":
        return this.authenticate(message);
      case "Mutation":
        return this.enqueue(this.toRun("mutate", message, this.sessionId));
      case "Action":
        return [this.toRun("act", message, this.sessionId)];
      case "Event":
        return [];
    }
  }

  committed(commit: Commit): Effect[] {
    this.reading?.commits.push(commit);
    this.subscriptions.invalidate(commit);
    return this.next();
  }

  /** Code or environment changed. */
  invalidateAll(): Effect[] {
    this.subscriptions.invalidateAll();
    this.abandonReading();
    return this.next();
  }

  /** The answer to a `read` effect. */
  read(reading: Reading, calls: ReadCall[], ts: bigint, results: QueryResult[]): Effect[] {
    // Given up meanwhile, because it was asked as somebody else or of older code.
    if (reading !== this.reading) return [];
    const later = reading.commits.filter((commit) => commit.ts > ts);
    results.forEach((result, i) => {
      const call = calls[i];
      if (call !== undefined) this.subscriptions.answered(call.queryId, result, later);
    });
    // A commit at or before this snapshot outdated an answer that was not read again: read that too.
    const missing = this.subscriptions.staleAt(ts, reading.ids);
    if (missing.length > 0) return [this.readEffect(reading, missing)];
    this.reading = null;
    return [...this.transition(reading, ts), ...this.next()];
  }

  /** The answer to a `mutate` effect. */
  mutated(requestId: number, { outcome, ts }: MutationResult): Effect[] {
    this.mutating = false;
    const { logLines } = outcome;
    const head = { type: "MutationResponse", requestId, logLines } as const;
    const message: ServerMessage = outcome.ok
      ? { ...head, success: true, result: outcome.value, ts: encodeTs(ts) }
      : { ...head, success: false, result: outcome.message, ...dataOf(outcome) };
    return [...this.respond(message), ...this.startMutation()];
  }

  /** The answer to an `act` effect. */
  acted(requestId: number, outcome: Outcome): Effect[] {
    const { logLines } = outcome;
    const head = { type: "ActionResponse", requestId, logLines } as const;
    return this.respond(
      outcome.ok
        ? { ...head, success: true, result: outcome.value }
        : { ...head, success: false, result: outcome.message, ...dataOf(outcome) },
    );
  }

  private respond(message: ServerMessage): Effect[] {
    this.owesTransition = true;
    return [{ do: "send", message }, ...this.next()];
  }

  private modifyQuerySet({ baseVersion, newVersion, modifications }: ModifyQuerySet): Effect[] {
    if (baseVersion !== this.wanted.querySet) {
      throw new ProtocolError(`Base version ${baseVersion} passed up doesn't match ${this.wanted.querySet}`);
    }
    for (const modification of modifications) {
      if (modification.type === "Add") {
        this.subscriptions.add(toReadCall(modification));
      } else {
        this.subscriptions.remove(modification.queryId);
        this.removed.push(modification.queryId);
      }
    }
    this.wanted.querySet = newVersion;
    return this.next();
  }

  private authenticate(message: Authenticate): Effect[] {
    const { baseVersion } = message;
    if (baseVersion !== this.wanted.identity) {
      throw new ProtocolError(`Base version ${baseVersion} passed up doesn't match ${this.wanted.identity}`);
    }
    try {
      this.credentials = this.verify(message);
    } catch (error) {
      const refusal = { type: "AuthError", baseVersion, authUpdateAttempted: true } as const;
      return [
        { do: "send", message: { ...refusal, error: (error as Error).message } },
        { do: "close", reason: "AuthError" },
      ];
    }
    this.wanted.identity += 1;
    return this.invalidateAll();
  }

  private toRun(kind: "mutate" | "act", message: FunctionRequest, sessionId: string): RunEffect {
    const ref = functionRef(message.udfPath, message.componentPath ?? "");
    const args = argsObject(message.args);
    return { do: kind, requestId: message.requestId, ref, args, credentials: this.credentials, sessionId };
  }

  /** Mutations of one client run in the order in which they were sent. */
  private enqueue(run: RunEffect): Effect[] {
    if (this.queue.length >= MOST_QUEUED_MUTATIONS) {
      return [{ do: "close", reason: "TooManyConcurrentMutations" }];
    }
    this.queue.push(run);
    return this.startMutation();
  }

  private startMutation(): Effect[] {
    const run = this.mutating ? undefined : this.queue.shift();
    if (run === undefined) return [];
    this.mutating = true;
    return [run];
  }

  /** Starts on the next transition, if one is due and none is under way. */
  private next(): Effect[] {
    if (this.reading !== null || !this.needsTransition()) return [];
    this.reading = {
      ...this.wanted,
      ids: this.subscriptions.ids(),
      removed: this.removed,
      owed: false,
      commits: [],
    };
    this.removed = [];
    return [this.readEffect(this.reading, this.subscriptions.stale())];
  }

  private needsTransition(): boolean {
    return this.owesTransition || this.asksForMore(this.wanted) || this.subscriptions.stale().length > 0;
  }

  private asksForMore({ querySet, identity }: { querySet: number; identity: number }): boolean {
    return querySet !== this.sent.querySet || identity !== this.sent.identity;
  }

  private readEffect(reading: Reading, calls: ReadCall[]): Effect {
    // What was answered until now is visible in the snapshot that is read next.
    reading.owed ||= this.owesTransition;
    this.owesTransition = false;
    return { do: "read", reading, calls, credentials: this.credentials };
  }

  private abandonReading(): void {
    if (this.reading === null) return;
    this.removed = [...this.reading.removed, ...this.removed];
    this.owesTransition ||= this.reading.owed;
    this.reading = null;
  }

  private transition({ querySet, identity, removed, owed }: Reading, ts: bigint): Effect[] {
    const modifications: StateModification[] = [
      ...removed.map((queryId) => ({ type: "QueryRemoved" as const, queryId })),
      ...this.subscriptions.takeChanges(),
    ];
    if (!owed && modifications.length === 0 && !this.asksForMore({ querySet, identity })) return [];
    const startVersion = encodeVersion(this.sent);
    this.sent = { querySet, identity, ts };
    const endVersion = encodeVersion(this.sent);
    return [{ do: "send", message: { type: "Transition", startVersion, endVersion, modifications } }];
  }
}

const encodeVersion = ({ querySet, identity, ts }: Version): StateVersion => ({
  querySet,
  identity,
  ts: encodeTs(ts),
});

function toReadCall({ queryId, udfPath, args, journal, componentPath }: AddQuery): ReadCall {
  const ref = functionRef(udfPath, componentPath ?? "");
  return { queryId, ref, args: argsObject(args), journal: journal ?? null };
}
