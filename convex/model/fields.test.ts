import { describe, expect, test } from "vitest";
import contract from "../../contract/fields.json";
import { isSame, splitRecord } from "./fields";

const serverOwned = Object.values(contract.serverOwned).flatMap((words) =>
  Array.isArray(words) ? words : [],
);

describe.each(Object.entries(contract.aliases))("the field %s", (field, words) => {
  test.each(words)("may be called %s", (word) => {
    expect(splitRecord({ [word]: "value" })).toEqual({ core: { [field]: "value" }, payload: {} });
  });
});

test.each(serverOwned)("%s is the server's, so it is ignored", (word) => {
  expect(splitRecord({ [word]: 1 })).toEqual({ core: {}, payload: {} });
});

test("every other key is payload under its own name, null included", () => {
  const own = { idea: "a game", "%24set": null, payload: 1, toString: 2, _constructor: 3 };

  expect(splitRecord(own)).toEqual({ core: {}, payload: own });
});

test("a record may have no more core fields than the contract names", () => {
  const words = Object.values(contract.aliases).flat();
  const { core } = splitRecord(Object.fromEntries(words.map((word) => [word, 1])));

  expect(Object.keys(core).sort()).toEqual(Object.keys(contract.aliases).sort());
});

test("two words for one field must agree", () => {
  expect(splitRecord({ id: "a", job_id: "a" }).core).toEqual({ jobId: "a" });
  expect(() => splitRecord({ id: "a", job_id: "b" })).toThrow(/jobId is given twice.*job_id/);
});

test("objects are the same whatever the order of their keys", () => {
  expect(isSame({ a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ d: 3, c: 2 }], a: 1 })).toBe(true);
  expect(isSame(undefined, null)).toBe(false);
});
