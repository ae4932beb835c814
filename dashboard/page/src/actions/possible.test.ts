import { expect, test } from "vitest";
import { possible } from "./possible";

test.each([
  ["queued", { retry: false, cancel: true, remove: true }],
  ["running", { retry: false, cancel: true, remove: false }],
  ["lost", { retry: true, cancel: true, remove: true }],
  ["succeeded", { retry: false, cancel: false, remove: true }],
  ["failed", { retry: true, cancel: false, remove: true }],
  ["canceled", { retry: true, cancel: false, remove: true }],
] as const)("of a job that is %s only what has an effect is offered", (state, actions) => {
  expect(possible({ state })).toEqual(actions);
});

test("a job that was asked to end is not asked again", () => {
  expect(possible({ state: "running", cancelRequestedAt: 1 }).cancel).toBe(false);
});
