/**
 * What each operation of the backend reads and writes, by convex-test's metering, with 0 and with 1,000 other
 * jobs stored. The naive way beside it is one document a job, which every progress tick rewrites.
 */
import { getConvexSize } from "convex/values";
import { expect, test } from "vitest";
import { api } from "../convex/_generated/api";
import type { MutationCtx } from "../convex/_generated/server";
import {
  type Cost,
  costOf,
  type Deployment,
  deployment,
  sha256Of,
  storedFile,
  tokenFor,
} from "../convex/test.setup";

const RECORD = {
  id: "j",
  type: "render",
  status: "processing",
  owner: "org-3",
  stage: "start",
  name: "Button",
};
const PAYLOAD = {
  prompt: "a red button ".repeat(150),
  style_context: { palette: Array(50).fill("#ff0000") },
};

const TICK = "progress";
const TICK_BYTES = 400;

type Operation = [name: string, call: (ctx: MutationCtx) => Promise<unknown>];

async function operations(t: Deployment): Promise<Operation[]> {
  const token = await tokenFor("admin");
  const storageId = await storedFile(t, "picture");
  const asset = { kind: "asset", jobId: "j", role: "output", filename: "a.png", storageId };
  let firstSeq = 1;
  const one = (name: string, command: object): Operation => [
    name,
    (ctx) =>
      ctx.runMutation(api.ingest.apply, { token, writerId: "w", firstSeq: firstSeq++, commands: [command] }),
  ];
  return [
    one("upsert, new", { kind: "upsert", record: { ...RECORD, ...PAYLOAD } }),
    one("upsert, progress", { kind: "upsert", record: { id: "j", stage: "paint", progress: 40 } }),
    one("upsert, same again", { kind: "upsert", record: { id: "j", stage: "paint", progress: 40 } }),
    one("create", { kind: "create", record: { ...RECORD, ...PAYLOAD, id: "k", status: "queued" } }),
    one("start, with a lease", { kind: "start", jobId: "k", leaseMs: 60_000 }),
    one(TICK, { kind: "progress", jobId: "k", attempt: 1, stage: "paint", progress: 40 }),
    one("heartbeat", { kind: "heartbeat", jobId: "k", attempt: 1 }),
    one("cancel, asked for", { kind: "cancel", jobId: "k", reason: "too slow" }),
    one("complete", { kind: "complete", jobId: "k", attempt: 1, result: "https://x.test" }),
    one("retry", { kind: "retry", jobId: "k" }),
    one("event", { kind: "event", jobId: "j", eventId: "e", event: "trace", payload: { step: 1 } }),
    one("asset", { ...asset, sha256: await sha256Of("picture") }),
    one("upsert, done with result", {
      kind: "upsert",
      record: { id: "j", status: "done", result: "https://x.test" },
    }),
    one("upsert, late (stale)", { kind: "upsert", record: { id: "j", status: "processing", progress: 1 } }),
    ["getByJobId", (ctx) => ctx.runQuery(api.jobs.getByJobId, { token, jobId: "j" })],
    ["getPublic", (ctx) => ctx.runQuery(api.jobs.getPublic, { token, jobId: "j" })],
  ];
}

async function fill(t: Deployment, count: number): Promise<void> {
  const token = await tokenFor("admin");
  for (let stored = 0; stored < count; stored += 100) {
    const commands = Array.from({ length: 100 }, (_, index) => ({
      kind: "upsert",
      record: { ...RECORD, ...PAYLOAD, id: `other-${stored + index}` },
    }));
    await t.mutation(api.ingest.apply, { token, writerId: "filler", firstSeq: stored + 1, commands });
  }
}

async function measure(others: number): Promise<Record<string, Cost>> {
  const t = deployment();
  await fill(t, others);
  const costs: Record<string, Cost> = {};
  for (const [name, call] of await operations(t)) costs[name] = await costOf(t, call);
  return costs;
}

test("no operation reads or writes more documents because other jobs are stored", async () => {
  const empty = await measure(0);
  const full = await measure(1000);
  const wide = getConvexSize({ ...RECORD, ...PAYLOAD, tags: [], attempt: 1, createdAt: 0, updatedAt: 0 });
  console.log(
    "documents and bytes of each operation, writer bookkeeping included; 0 jobs stored, then 1,000",
  );
  console.table(empty);
  console.table(full);
  console.log(`one document a job: every progress would read and write ${wide} bytes of it`);

  expect(full[TICK]?.documentsWritten, "the hot document and the writer").toBe(2);
  expect(full[TICK]?.bytesWritten).toBeLessThan(TICK_BYTES);
  for (const [name, cost] of Object.entries(empty)) {
    expect(full[name], name).toMatchObject({
      documentsRead: cost.documentsRead,
      documentsWritten: cost.documentsWritten,
    });
  }
});
