import { getFunctionName } from "convex/server";
import { expect, test } from "vitest";
import { functionsIn } from "./functions";

test.each([
  ["", "jobs:list"],
  ["jobsync", "jobsync/jobs:list"],
  ["/lib/jobsync/", "lib/jobsync/jobs:list"],
])("functions in the folder %j are called as the deployment names them: %s", (folder, name) => {
  expect(getFunctionName(functionsIn(folder).jobs.list)).toBe(name);
});
