import { expect, test } from "vitest";
import { functionRef, functionRefFromUrl } from "./function-path.js";

test.each([
  ["jobs:list", "jobs:list"],
  ["dir/jobs.js:list", "dir/jobs:list"],
  ["jobs", "jobs:default"],
])("%s means %s", (path, expected) => {
  expect(functionRef(path)).toEqual({ component: "", path: expected });
});

test("a URL names the function by its last part", () => {
  expect(functionRefFromUrl("dir/jobs/list").path).toBe("dir/jobs:list");
  expect(functionRefFromUrl("jobs:list").path).toBe("jobs:list");
  expect(functionRefFromUrl("jobs").path).toBe("jobs:default");
});
