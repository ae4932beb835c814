import { describe, expect, test } from "vitest";
import contract from "../../contract/lifecycle.json";
import {
  isTerminal,
  KNOWN_WORDS,
  mayMove,
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
