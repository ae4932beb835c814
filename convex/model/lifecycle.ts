/** States and moves of a job. Imports nothing local, so that a page may use it too. */

export const STATES = ["queued", "running", "lost", "succeeded", "failed", "canceled"] as const;
export type State = (typeof STATES)[number];

/** The states that a caller may name; `lost` is the server's to decide. */
export type NamedState = Exclude<State, "lost">;

const TERMINAL: ReadonlySet<State> = new Set<State>(["succeeded", "failed", "canceled"]);

/** Whether an attempt has begun and not ended, as far as anybody has told. */
export function isAtWork({ state }: { state: State }): boolean {
  return state === "running" || state === "lost";
}

const WORDS: ReadonlyMap<string, NamedState> = new Map([
  ["queued", "queued"],
  ["pending", "queued"],
  ["scheduled", "queued"],
  ["created", "queued"],
  ["processing", "running"],
  ["running", "running"],
  ["in_progress", "running"],
  ["started", "running"],
  ["done", "succeeded"],
  ["completed", "succeeded"],
  ["complete", "succeeded"],
  ["success", "succeeded"],
  ["succeeded", "succeeded"],
  ["error", "failed"],
  ["failed", "failed"],
  ["failure", "failed"],
  ["canceled", "canceled"],
  ["cancelled", "canceled"],
]);

export const KNOWN_WORDS: readonly string[] = [...WORDS.keys()];

export function stateOfWord(word: string): NamedState | null {
  return WORDS.get(word) ?? null;
}

export function isTerminal(state: State): boolean {
  return TERMINAL.has(state);
}

/**
 * Whether an upsert that names `to` may move a job in `from`. Terminal is final, and a job that runs is not
 * put back to queued by a post that arrives late; a newer attempt is not late.
 */
export function mayMove(from: State, to: NamedState, isNewerAttempt: boolean): boolean {
  if (isTerminal(from)) return from === to;
  return to !== "queued" || from === "queued" || isNewerAttempt;
}

const FINAL = { succeeded: "stale", failed: "stale", canceled: "stale" } as const;

/** What a command does to a job in each state: the state it is in afterwards, or that nothing is done. */
export type Move = State | "unchanged" | "stale";

/** `contract/lifecycle.json` has the same table. `create` only ever does something where there is no job. */
export const MOVES = {
  create: {
    queued: "unchanged",
    running: "unchanged",
    lost: "unchanged",
    succeeded: "unchanged",
    failed: "unchanged",
    canceled: "unchanged",
  },
  start: { queued: "running", running: "unchanged", lost: "running", ...FINAL },
  startNewer: {
    queued: "running",
    running: "running",
    lost: "running",
    succeeded: "stale",
    failed: "running",
    canceled: "stale",
  },
  progress: { queued: "stale", running: "running", lost: "running", ...FINAL },
  heartbeat: { queued: "stale", running: "running", lost: "running", ...FINAL },
  complete: { queued: "succeeded", running: "succeeded", lost: "succeeded", ...FINAL },
  fail: { queued: "failed", running: "failed", lost: "failed", ...FINAL },
  failWithAttemptsLeft: { queued: "queued", running: "queued", lost: "queued", ...FINAL },
  cancel: { queued: "canceled", running: "running", lost: "canceled", ...FINAL },
  cancelDone: { queued: "canceled", running: "canceled", lost: "canceled", ...FINAL },
  retry: {
    queued: "stale",
    running: "stale",
    lost: "queued",
    succeeded: "stale",
    failed: "queued",
    canceled: "queued",
  },
  setRun: {
    queued: "queued",
    running: "running",
    lost: "lost",
    succeeded: "succeeded",
    failed: "failed",
    canceled: "canceled",
  },
} as const satisfies Record<string, Record<State, Move>>;
