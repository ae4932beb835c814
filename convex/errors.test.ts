import { expect, test } from "vitest";
import contract from "../contract/errors.json";
import { ERROR_CODES, quoted, Refusal, refusalData } from "./errors";
import { INTERRUPTION_CODES } from "./model/jobInterruption";

test("the codes are exactly those of the contract", () => {
  expect(["$comment", ...ERROR_CODES, ...INTERRUPTION_CODES].sort()).toEqual(Object.keys(contract).sort());
});

test("a refusal's data is found, and any other error is not taken for one", () => {
  const refusal = new Refusal("invalid_field", "name is empty", { field: "name" });

  expect(refusalData(refusal)).toEqual({ code: "invalid_field", message: "name is empty", field: "name" });
  expect(refusalData(new Error("invalid_field"))).toBeNull();
});

test("a long word is shortened before it goes into a message", () => {
  expect(quoted("x".repeat(10_000)).length).toBeLessThan(70);
});
