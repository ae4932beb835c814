import { expect, test } from "vitest";
import { functionHandle, resolveAddress } from "./function-address.js";

test("a name is in the caller's own component, with or without .js", () => {
  expect(resolveAddress({ name: "dir/jobs.js:run" }, "inner")).toEqual({
    component: "inner",
    path: "dir/jobs:run",
  });
  expect(resolveAddress({ name: "jobs" }, "")).toEqual({ component: "", path: "jobs" });
});

test("a reference goes to a child of the caller's component", () => {
  const address = { reference: "_reference/childComponent/worker/lib/queue/push" };
  expect(resolveAddress(address, "aggregate")).toEqual({
    component: "aggregate/worker",
    path: "lib/queue:push",
  });
});

test("a handle means the same function wherever it is used", () => {
  const ref = { component: "a/b", path: "dir/jobs:run" };
  expect(resolveAddress({ functionHandle: functionHandle(ref) }, "elsewhere")).toEqual(ref);
});

test.each([{ reference: "_reference/other" }, { functionHandle: "jobs:run" }])("%j is refused", (address) => {
  expect(() => resolveAddress(address, "")).toThrow(/not a function/);
});
