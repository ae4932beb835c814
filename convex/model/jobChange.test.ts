import { describe, expect, test } from "vitest";
import { refusalData } from "../errors";
import { jobChange } from "./jobChange";

function refusalOf(record: unknown) {
  try {
    jobChange(record);
  } catch (error) {
    return refusalData(error);
  }
  throw new Error("the record was accepted");
}

const job = { id: "j" };

describe("a record is refused with the field's name", () => {
  test.each<[string, unknown, string]>([
    ["that is not an object", [job], "record"],
    ["without an id", { status: "done" }, "jobId"],
    ["with an empty id", { id: "" }, "jobId"],
    ["with an id of 10 kB", { id: "x".repeat(10_240) }, "jobId"],
    ["with an id that is not text", { id: 7 }, "jobId"],
    ["with a control character in its id", { id: "a\nb" }, "jobId"],
    ["whose status is null", { ...job, status: null }, "status"],
    ["whose status is not text", { ...job, status: 1 }, "status"],
    ["whose state is unknown", { ...job, state: "resting" }, "state"],
    ["with an empty type", { ...job, type: "" }, "type"],
    ["with a name of 257 characters", { ...job, name: "x".repeat(257) }, "name"],
    ["with a stage of 257 characters", { ...job, stage: "x".repeat(257) }, "stage"],
    ["with a message of 4,001 characters", { ...job, message: "x".repeat(4001) }, "message"],
    ["with progress above 100", { ...job, progress: 100.5 }, "progress"],
    ["with progress below 0", { ...job, progress: -1 }, "progress"],
    ["with progress that is not a number", { ...job, progress: NaN }, "progress"],
    ["with progress in words", { ...job, progress: "50%" }, "progress"],
    ["with 51 tags", { ...job, tags: Array.from({ length: 51 }, String) }, "tags"],
    ["with an empty tag", { ...job, tags: ["a", ""] }, "tags.1"],
    ["with tags that are not a list", { ...job, tags: "a" }, "tags"],
    ["with an unknown visibility", { ...job, visibility: "secret" }, "visibility"],
    ["with attempt 0", { ...job, attempt: 0 }, "attempt"],
    ["with one and a half attempts", { ...job, max_attempts: 1.5 }, "maxAttempts"],
    ["with a run that is not an object", { ...job, run: "r-1" }, "run"],
    ["with a run of unknown parts", { ...job, run: { host: "x" } }, "run.host"],
    ["with a time that is none", { ...job, createdAt: "yesterday" }, "createdAt"],
    ["with a buffer as its result", { ...job, result: { image: new ArrayBuffer(8) } }, "result.image"],
    ["with NaN in a field of its own", { ...job, scores: [1, NaN] }, "scores.1"],
    ["that is packed badly", { "%json": "[" }, "record"],
  ])("%s", (_, record, field) => {
    expect(refusalOf(record)).toMatchObject({ code: "invalid_field", field });
    expect(refusalOf(record)?.message).toContain(field);
  });
});

test("limits count characters, not bytes or halves of them", () => {
  expect(jobChange({ id: "🦀".repeat(256) }).jobId).toHaveLength(512);
});

test("an unknown status is refused with the known ones", () => {
  const refusal = refusalOf({ ...job, status: "rendering" });

  expect(refusal).toMatchObject({ code: "unknown_status", field: "status" });
  expect(refusal?.known).toContain("in_progress");
  expect(refusal?.message).toContain("in_progress");
});

test("an unknown status is accepted with the state that it means, and a known one keeps its own", () => {
  expect(jobChange({ ...job, status: "rendering", state: "running" })).toMatchObject({ state: "running" });
  expect(jobChange({ ...job, status: "done", state: "running" })).toMatchObject({ state: "succeeded" });
});

test("a state alone is its own word, and a job that was lost speaks again", () => {
  expect(jobChange({ ...job, state: "failed" })).toMatchObject({ status: "failed", state: "failed" });
  expect(jobChange({ ...job, status: "rendering", state: "lost" })).toMatchObject({ state: "running" });
});

test("the message of an error that may be shown is kept beside it", () => {
  expect(jobChange({ ...job, error: { message: "no", code: 7 } })).toMatchObject({
    warm: { errorMessage: "no" },
    cold: { error: { message: "no", code: 7 } },
  });
});
