/** Answers to mutations that clients may ask again after a lost connection, by session and request. */
import type { Outcome } from "./api.js";
import type { JournalRecord } from "./journal-record.js";

const MAX_SESSIONS = 1_000;
const MAX_PER_SESSION = 256;

type Answer = NonNullable<JournalRecord["answer"]>;

export class Answers {
  /** Sessions in the order in which they were last used. */
  readonly #sessions = new Map<string, Map<number, Outcome>>();

  find(sessionId: string, requestId: number): Outcome | undefined {
    return this.#sessions.get(sessionId)?.get(requestId);
  }

  remember(answer: Answer): void {
    const session = this.#sessions.get(answer.sessionId) ?? new Map<number, Outcome>();
    this.#sessions.delete(answer.sessionId);
    this.#sessions.set(answer.sessionId, session);
    session.set(answer.requestId, answer.outcome as unknown as Outcome);
    dropOldest(session, MAX_PER_SESSION);
    dropOldest(this.#sessions, MAX_SESSIONS);
  }

  forget(sessionId: string, requestId: number): void {
    this.#sessions.get(sessionId)?.delete(requestId);
  }

  *all(): Generator<Answer> {
    for (const [sessionId, session] of this.#sessions) {
      for (const [requestId, outcome] of session) {
        yield { sessionId, requestId, outcome: outcome };
      }
    }
  }
}

function dropOldest<K>(map: Map<K, unknown>, limit: number): void {
  for (const key of map.keys()) {
    if (map.size <= limit) return;
    map.delete(key);
  }
}
