import { beforeEach, expect, test } from "vitest";
import { api } from "../_generated/api";
import { costOf, type Deployment, deployment, tokenFor } from "../test.setup";

let t: Deployment;
let token: string;

beforeEach(async () => {
  t = deployment();
  token = await tokenFor("write");
  const record = {
    id: "j",
    status: "running",
    stage: "a",
    result: "x".repeat(500_000),
    own: "y".repeat(300_000),
  };
  await t.mutation(api.jobs.upsert, { token, record });
});

function costOfUpsert(record: object) {
  return costOf(t, (ctx) => ctx.runMutation(api.jobs.upsert, { token, record }));
}

test("a progress tick writes one document of a few hundred bytes, whatever the job holds", async () => {
  const cost = await costOfUpsert({ id: "j", status: "running", stage: "a", progress: 5 });

  expect(cost.documentsWritten).toBe(1);
  expect(cost.bytesWritten).toBeLessThan(300);
  expect(cost.bytesRead).toBeLessThan(1000);
});

test("a tick that enters another stage writes the attempt, too, and is still a few hundred bytes", async () => {
  const cost = await costOfUpsert({ id: "j", status: "running", stage: "b", progress: 5 });

  expect(cost.documentsWritten).toBe(2);
  expect(cost.bytesWritten).toBeLessThan(600);
});

test.each([
  ["nothing new", { id: "j", status: "running", stage: "a" }],
  ["what is late", { id: "j", status: "queued", result: "z" }],
])("an upsert that says %s writes nothing", async (_, record) => {
  expect(await costOfUpsert(record)).toMatchObject({ documentsWritten: 0, bytesWritten: 0 });
});

test("a change of state writes the job, its attempt and what it changes in the counts, and leaves the large values alone", async () => {
  const cost = await costOfUpsert({ id: "j", status: "done" });

  expect(cost.documentsWritten).toBe(3);
  expect(cost.bytesRead + cost.bytesWritten).toBeLessThan(2000);
});
