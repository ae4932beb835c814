import { beforeEach, expect, test } from "vitest";
import { api } from "./_generated/api";
import { type Deployment, deployment, refusedWith, tokenFor } from "./test.setup";

let t: Deployment;
let token: string;

beforeEach(async () => {
  t = deployment();
  token = await tokenFor("write");
  await t.mutation(api.jobs.upsert, { token, record: { id: "a", owner: "me", stage: "load", progress: 5 } });
  await t.mutation(api.jobs.upsert, { token, record: { id: "b", owner: "you" } });
});

function progressOf(jobIds: string[], by = token) {
  return t.query(api.jobs.progressOf, { token: by, jobIds });
}

test("how far jobs are comes in the order that was asked for, and with nothing else of them", async () => {
  expect(await progressOf(["b", "a"])).toEqual([{ jobId: "b" }, { jobId: "a", stage: "load", progress: 5 }]);
});

test("jobs that do not exist, or that the token is not for, are left out alike", async () => {
  const limited = await tokenFor("read", { claims: { owner: "me" } });

  expect(await progressOf(["nobody", "b", "a"], limited)).toMatchObject([{ jobId: "a" }]);
});

test("more jobs than a page of a list has are refused", async () => {
  const refusal = await refusedWith("invalid_field", progressOf(Array<string>(201).fill("a")));

  expect(refusal).toMatchObject({
    field: "jobIds",
    message: expect.stringContaining("at most 200") as string,
  });
});
