import { describe, expect, test } from "vitest";
import contract from "../../contract/lifecycle.json";
import {
  isTerminal,
  KNOWN_WORDS,
  mayMove,
  MOVES,
  type NamedState,
  type State,
  stateOfWord,
  STATES,
} from "./lifecycle";

test("the words, the states and the terminal ones are exactly those of the contract", () => {
  expect(Object.fromEntries(KNOWN_WORDS.map((word) => [word, stateOfWord(word)]))).toEqual(contract.words);
  expect(STATES).toEqual(contract.states);
  expect(STATES.filter(isTerminal)).toEqual(contract.terminal);
});

test("what a command does in each state is exactly what the contract says", () => {
  expect(MOVES).toEqual(contract.commands);
});

test("only a retry, or a newer attempt that begins, leads out of an end", () => {
  const ways = Object.entries(MOVES).flatMap(([command, moves]) =>
    STATES.filter((from) => isTerminal(from) && !["stale", "unchanged", from].includes(moves[from])).map(
      () => command,
    ),
  );

  expect(new Set(ways)).toEqual(new Set(["retry", "startNewer"]));
});

test("an unknown word stands for no state", () => {
  expect(stateOfWord("Done")).toBeNull();
  expect(stateOfWord("toString")).toBeNull();
});

const moves = Object.entries(contract.upsert).flatMap(([from, targets]) =>
  Object.entries(targets).map(
    ([to, outcome]) => ({ from, to, outcome }) as { from: State; to: NamedState; outcome: string },
  ),
);

describe.each(moves)("an upsert that names $to for a job that is $from", ({ from, to, outcome }) => {
  test(`is ${outcome}`, () => {
    expect(mayMove(from, to, false)).toBe(outcome === "applied");
  });

  test("may put it back to queued with a newer attempt, but never reopens it", () => {
    expect(mayMove(from, to, true)).toBe(isTerminal(from) ? from === to : true);
  });
});
