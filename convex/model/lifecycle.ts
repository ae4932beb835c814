/** States and moves of a job. Imports nothing local, so that a page may use it too. */

export const STATES = ["queued", "running", "lost", "succeeded", "failed", "canceled"] as const;
export type State = (typeof STATES)[number];

/** The states that a caller may name; `lost` is the server's to decide. */
export type NamedState = Exclude<State, "lost">;

const TERMINAL: ReadonlySet<State> = new Set<State>(["succeeded", "failed", "canceled"]);

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
