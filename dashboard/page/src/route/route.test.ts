import { expect, test } from "vitest";
import { jobPath, jobsPath, parseRoute } from "./route";

test("a job's address leads to it, whatever its id is made of", () => {
  const jobId = "a/b?c#d %25 é";

  expect(parseRoute(jobPath(jobId))).toEqual({ page: "job", jobId });
});

test("an address keeps the filters of a list", () => {
  const filters = { state: "failed", type: "a&b", text: "x=1" } as const;

  expect(parseRoute(jobsPath(filters))).toEqual({ page: "jobs", filters });
});

test.each(["", "#", "#/", "#/?state=nonsense&type="])("%s is the list of all jobs", (hash) => {
  expect(parseRoute(hash)).toEqual({ page: "jobs", filters: {} });
});

test("a list without filters has the shortest address", () => {
  expect(jobsPath({ text: "" })).toBe("#/");
});

test.each(["#/elsewhere", "#/jobs/%E0%A4%A", "#/jobs/a/b"])("%s is no page", (hash) => {
  expect(parseRoute(hash)).toEqual({ page: "unknown" });
});
