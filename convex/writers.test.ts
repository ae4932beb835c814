import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { api, internal } from "./_generated/api";
import { IDLE_MS } from "./model/idleWriters";
import { type Deployment, deployment, tokenFor } from "./test.setup";

let t: Deployment;

beforeEach(() => {
  vi.useFakeTimers();
  t = deployment();
});

afterEach(() => vi.useRealTimers());

async function writeAs(writerId: string) {
  const token = await tokenFor("write");
  await t.mutation(api.ingest.apply, { token, writerId, firstSeq: 1, commands: [{ kind: "none" }] });
}

async function remaining() {
  return (await t.run(({ db }) => db.query("writers").take(1000))).map(({ writerId }) => writerId);
}

test("writers that were silent for 30 days are removed in batches until none is left, and others stay", async () => {
  for (let index = 0; index < 60; index++) await writeAs(`idle-${index}`);
  vi.advanceTimersByTime(IDLE_MS);
  await writeAs("awake");
  vi.advanceTimersByTime(1);
  await t.mutation(internal.writers.removeIdle, {});
  const afterOneBatch = await remaining();
  await t.finishAllScheduledFunctions(() => vi.runAllTimers());

  expect(afterOneBatch.length).toBeGreaterThan(1);
  expect(afterOneBatch.length).toBeLessThan(61);
  expect(await remaining()).toEqual(["awake"]);
});

test("a writer that was heard of within 30 days stays", async () => {
  await writeAs("quiet");
  vi.advanceTimersByTime(IDLE_MS - 1000);
  await t.mutation(internal.writers.removeIdle, {});

  expect(await remaining()).toEqual(["quiet"]);
});
