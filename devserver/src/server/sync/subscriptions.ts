/** The queries that one client watches: what each answered, and which of them must run again. */
import type { Commit, Json, Outcome, QueryResult, ReadSet } from "../../engine/api.js";
import type { QueryCall } from "../queries.js";
import type { StateModification } from "./protocol.js";

export interface ReadCall extends QueryCall {
  queryId: number;
}

interface Subscription {
  call: ReadCall;
  reads: ReadSet | null;
  answer: StateModification | null;
  /** The answer that the client has, as text, so that an equal one is not sent again. */
  sent: string | null;
  /** Timestamp from which the answer may be wrong; 0 if there is none yet. */
  staleSince: bigint | null;
}

const NEVER_READ = 0n;

export class Subscriptions {
  private readonly byId = new Map<number, Subscription>();

  add(call: ReadCall): void {
    this.byId.set(call.queryId, { call, reads: null, answer: null, sent: null, staleSince: NEVER_READ });
  }

  remove(queryId: number): void {
    this.byId.delete(queryId);
  }

  /** Who asks has changed, or the code: nothing that was answered counts any more. */
  invalidateAll(): void {
    for (const subscription of this.byId.values()) subscription.staleSince = NEVER_READ;
  }

  invalidate(commit: Commit): void {
    for (const subscription of this.byId.values()) {
      if (subscription.staleSince === null && subscription.reads?.overlaps(commit) === true) {
        subscription.staleSince = commit.ts;
      }
    }
  }

  ids(): Set<number> {
    return new Set(this.byId.keys());
  }

  /** Calls without an answer, and those whose answer a commit outdated. */
  stale(): ReadCall[] {
    return this.callsWhere(({ staleSince }) => staleSince !== null);
  }

  /** Those among `ids` whose answers are wrong at `ts` already. */
  staleAt(ts: bigint, ids: Set<number>): ReadCall[] {
    return this.callsWhere(
      ({ call, staleSince }) => ids.has(call.queryId) && staleSince !== null && staleSince <= ts,
    );
  }

  private callsWhere(matches: (subscription: Subscription) => boolean): ReadCall[] {
    return [...this.byId.values()].filter(matches).map(({ call }) => call);
  }

  /** Takes a result read at `ts`, and the commits that came after that while it was being read. */
  answered(queryId: number, result: QueryResult, later: Commit[]): void {
    const subscription = this.byId.get(queryId);
    // The client may have dropped it meanwhile.
    if (subscription === undefined) return;
    const journal = result.journal ?? null;
    subscription.reads = result.reads;
    subscription.call.journal = journal;
    subscription.answer = toModification(queryId, result.outcome, journal);
    subscription.staleSince = later.find((commit) => result.reads.overlaps(commit))?.ts ?? null;
  }

  /** Answers that the client does not have; from now on it has them. */
  takeChanges(): StateModification[] {
    const changes: StateModification[] = [];
    for (const subscription of this.byId.values()) {
      const { answer } = subscription;
      if (answer === null) continue;
      const text = JSON.stringify({ ...answer, journal: null, logLines: [] });
      if (text === subscription.sent) continue;
      subscription.sent = text;
      changes.push(answer);
    }
    return changes;
  }
}

function toModification(queryId: number, outcome: Outcome, journal: string | null): StateModification {
  const { logLines } = outcome;
  if (outcome.ok) return { type: "QueryUpdated", queryId, value: outcome.value, logLines, journal };
  return {
    type: "QueryFailed",
    queryId,
    errorMessage: outcome.message,
    ...dataOf(outcome),
    logLines,
    journal,
  };
}

/** `errorData` is there for a ConvexError only: its absence is how clients tell the two apart. */
export const dataOf = (outcome: { data?: Json }): { errorData?: Json } =>
  outcome.data === undefined ? {} : { errorData: outcome.data };
