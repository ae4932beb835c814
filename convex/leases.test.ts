import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import contract from "../contract/lifecycle.json";
import { internal } from "./_generated/api";
import { LEASE_MS, Life } from "./lifecycle.setup";

let life: Life;

beforeEach(async () => {
  life = await Life.begin();
});

afterEach(() => vi.useRealTimers());

async function state() {
  return (await life.read())?.state;
}

test("a job without a lease is watched by nobody and never lost", async () => {
  await life.create();
  await life.send("start");
  await life.send("progress", { progress: 1 });
  await life.pass(24 * 60 * 60 * 1000);

  expect(await life.watchers()).toEqual([]);
  expect(await state()).toBe("running");
  expect(await life.read()).not.toHaveProperty("leaseExpiresAt");
});

test("a job is lost when its lease has run out, and not before", async () => {
  await life.bringTo("running");
  await life.pass(LEASE_MS - 1);
  const before = await state();
  await life.pass(1);

  expect([before, await state()]).toEqual(["running", contract.lease.expired.running]);
  expect(await life.read()).toMatchObject({ status: "running", updatedAt: Date.now() });
});

test.each(["start", "progress", "heartbeat"])(
  "%s extends the lease, with the one watcher that there is",
  async (kind) => {
    await life.bringTo("running");
    await life.pass(LEASE_MS - 1);
    await life.send(kind);
    const watchers = await life.watchers();
    await life.pass(1);
    const [next, ...others] = await life.watchers();
    await life.pass(LEASE_MS - 2);
    const before = await state();
    await life.pass(1);

    expect(watchers).toHaveLength(1);
    expect([next?.scheduledTime, others]).toEqual([Date.now(), []]);
    expect([before, await state()]).toEqual(["running", "lost"]);
  },
);

test("a lease may become longer, and never shorter", async () => {
  await life.bringTo("running");
  await life.send("start", { leaseMs: LEASE_MS / 2 });
  const shorter = await life.read();
  await life.send("start", { leaseMs: LEASE_MS * 2 });
  await life.pass(LEASE_MS);
  const afterTheFirst = await state();
  await life.pass(LEASE_MS);

  expect(shorter).toMatchObject({ leaseExpiresAt: Date.now() - LEASE_MS });
  expect([afterTheFirst, await state()]).toEqual(["running", "lost"]);
  expect(await life.watchers()).toHaveLength(1);
});

test("a job that runs already can be given a lease, which is watched from then on", async () => {
  await life.send("upsert", { record: { id: "j", status: "processing" } });
  await life.send("start", { leaseMs: LEASE_MS });
  await life.send("start", { leaseMs: LEASE_MS });

  expect(await life.watchers()).toHaveLength(1);
  await life.pass(LEASE_MS);
  expect(await life.read()).toMatchObject({ state: "lost", status: "processing" });
});

describe("a job that is lost", () => {
  beforeEach(() => life.bringTo("lost", { maxAttempts: 2 }));

  test.each(["start", "progress", "heartbeat"])(
    "runs again when the same attempt speaks: %s",
    async (kind) => {
      await life.pass(LEASE_MS - 1);
      await life.send(kind);
      const back = await state();
      await life.pass(1);

      expect([back, await state()]).toEqual(["running", "running"]);
      expect(await life.watchers()).toHaveLength(1);
      await life.pass(LEASE_MS - 1);
      expect(await state()).toBe("lost");
    },
  );

  test("is tried again after as long a grace, as after a failure", async () => {
    await life.pass(LEASE_MS - 1);
    const before = await state();
    await life.pass(1);

    expect([before, await state()]).toEqual(["lost", contract.lease.graceOverWithAttemptsLeft.lost]);
    expect(await life.read()).toMatchObject({
      attempt: 2,
      error: { message: "lost: no sign of life for 20 s", reason: "lost" },
    });
    expect((await life.read())?.nextAttemptAt).toBeGreaterThan(Date.now());
    expect(await life.watchers()).toEqual([]);
  });

  test("speaks too late when the next attempt waits already", async () => {
    await life.pass(LEASE_MS);

    expect(await life.send("progress", { attempt: 1, progress: 9 })).toMatchObject({
      outcome: "stale",
      attempt: 2,
    });
    expect(await life.send("complete", { attempt: 1 })).toMatchObject({ outcome: "stale", state: "queued" });
  });
});

test("a job that is lost in its last attempt has failed, with the reason", async () => {
  await life.bringTo("lost");
  await life.pass(LEASE_MS);

  expect(await life.read()).toMatchObject({
    state: contract.lease.graceOver.lost,
    error: { reason: "lost" },
    finishedAt: Date.now(),
  });
  expect(await life.watchers()).toEqual([]);
});

test("a job that is lost after it was asked to end is canceled, attempts left or not", async () => {
  await life.bringTo("running", { maxAttempts: 9 });
  await life.send("cancel", { reason: "too slow" });
  await life.pass(LEASE_MS);
  await life.pass(LEASE_MS);

  expect(await life.read()).toMatchObject({
    state: contract.lease.graceOverWithCancelRequested.lost,
    cancelReason: "too slow",
  });
});

test("a job that ended is looked at once more and no longer", async () => {
  await life.bringTo("succeeded");
  const before = await life.everything();
  await life.pass(LEASE_MS);

  expect(await life.watchers()).toEqual([]);
  expect(await life.everything()).toEqual(before);
  expect(await life.read()).not.toHaveProperty("leaseExpiresAt");
});

test("the watcher of an older attempt does nothing to a newer one, whether it holds a lease or not", async () => {
  await life.bringTo("running", { maxAttempts: 3 });
  await life.send("fail");
  await life.send("start", { attempt: 2 });
  await life.pass(LEASE_MS);
  const withoutLease = await life.read();
  await life.send("start", { attempt: 2, leaseMs: 60_000 });
  await life.t.mutation(internal.leases.watch, { job: (await life.everything()).jobs[0]!._id, attempt: 1 });

  expect(withoutLease).toMatchObject({ state: "running", attempt: 2 });
  expect(withoutLease).not.toHaveProperty("leaseExpiresAt");
  expect(await state()).toBe("running");
  expect(await life.watchers()).toHaveLength(1);
});

test("a newer attempt that an upsert begins holds no lease of the one before", async () => {
  await life.bringTo("running");
  await life.send("upsert", { record: { id: "j", status: "running", attempt: 2 } });
  await life.send("heartbeat", { attempt: 2 });
  await life.pass(LEASE_MS);

  expect(await state()).toBe("running");
  expect(await life.watchers()).toEqual([]);
});

test("the watcher of a job that is gone ends", async () => {
  await life.bringTo("running");
  const [job] = (await life.everything()).jobs;
  await life.t.run(({ db }) => db.delete("jobs", job!._id));
  await life.pass(LEASE_MS);

  expect(await life.watchers()).toEqual([]);
});
