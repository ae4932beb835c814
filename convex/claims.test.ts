import type { JWTPayload } from "jose";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api } from "./_generated/api";
import { LEASE_MS, Life } from "./lifecycle.setup";
import { applyCommand } from "./model/command";
import { costOf, refusedWith, tokenFor } from "./test.setup";

let life: Life;

beforeEach(async () => {
  life = await Life.begin();
});

afterEach(() => vi.useRealTimers());

function create(id: string, record: object = {}) {
  return life.send("create", { record: { id, type: "render", ...record } });
}

function claim(fields: object = {}) {
  return life.send("claim", { type: "render", leaseMs: LEASE_MS, ...fields });
}

async function waiting(claims: JWTPayload = {}) {
  const token = await tokenFor("read", { claims });
  return await life.t.query(api.claims.waiting, { token, type: "render" });
}

describe("a claim", () => {
  test("starts the oldest queued job of its type, with a lease that is watched", async () => {
    await create("other", { type: "scan" });
    await create("j");
    await create("younger");

    expect(await claim()).toMatchObject({ outcome: "applied", jobId: "j", state: "running", attempt: 1 });
    expect(await life.read()).toMatchObject({ startedAt: Date.now(), leaseExpiresAt: Date.now() + LEASE_MS });
    expect(await life.watchers()).toHaveLength(1);
  });

  test("never gets a job that another one got, also within one batch", async () => {
    await create("a");
    await create("b");
    const commands = Array.from({ length: 3 }, () => ({ kind: "claim", type: "render", leaseMs: LEASE_MS }));
    const batch = { token: life.token, writerId: "two", firstSeq: 1, commands };
    const { receipts } = await life.t.mutation(api.ingest.apply, batch);

    expect(receipts.map(({ jobId }) => jobId)).toEqual(["a", "b", undefined]);
    expect(receipts[2]).toEqual({ seq: 3, outcome: "none" });
  });

  test("that is sent again is answered with the same job", async () => {
    await create("a");
    await create("b");
    const commands = [{ kind: "claim", type: "render", leaseMs: LEASE_MS }];
    const batch = { token: life.token, writerId: "again", firstSeq: 1, commands };
    const first = await life.t.mutation(api.ingest.apply, batch);
    const second = await life.t.mutation(api.ingest.apply, batch);

    expect(second.receipts).toEqual(first.receipts);
    expect(await waiting()).toMatchObject({ jobId: "b" });
  });

  test("waits for the time of a next attempt, and says how long", async () => {
    await create("j", { maxAttempts: 2 });
    await claim();
    await life.send("fail", { error: "boom", retryAfterMs: 500 });
    const early = await claim();
    await life.pass(500);

    expect(early).toMatchObject({ outcome: "none", readyInMs: 500 });
    expect(await claim()).toMatchObject({ outcome: "applied", jobId: "j", attempt: 2 });
  });

  test("gets a retry that has been ready for longer than a new job", async () => {
    await create("j", { maxAttempts: 2 });
    await claim();
    await life.send("fail", { retryAfterMs: 0 });
    await life.pass(1);
    await create("new");

    expect(await claim()).toMatchObject({ jobId: "j", attempt: 2 });
  });

  test("takes over the job of a worker that is silent, once its lease and the grace are over", async () => {
    await create("j", { maxAttempts: 2 });
    await claim();
    await life.pass(LEASE_MS);
    const whileLost = await claim();
    await life.pass(LEASE_MS);
    await life.pass(1000);

    expect(whileLost).toMatchObject({ outcome: "none" });
    expect(await claim()).toMatchObject({ jobId: "j", attempt: 2 });
  });

  test.each([
    ["type", { type: undefined }],
    ["type", { type: "" }],
    ["leaseMs", { leaseMs: undefined }],
    ["leaseMs", { leaseMs: 4999 }],
  ])("without a good %s is refused, whether there is a job or not", async (field, fields) => {
    expect(await claim(fields)).toMatchObject({
      outcome: "refused",
      error: { code: "invalid_field", field },
    });
  });

  test("as a function of its own answers the receipt", async () => {
    const args = { token: life.token, type: "render", leaseMs: LEASE_MS };
    const empty = await life.t.mutation(api.claims.claim, args);
    await create("j");

    expect(empty).toEqual({ outcome: "none" });
    expect(await life.t.mutation(api.claims.claim, args)).toMatchObject({ jobId: "j", state: "running" });
  });

  test("needs a token that may write", async () => {
    const token = await tokenFor("read");

    await refusedWith(
      "forbidden",
      life.t.mutation(api.claims.claim, { token, type: "render", leaseMs: LEASE_MS }),
    );
  });

  test.each([
    ["an owner", { owner: "me" }],
    ["a tag", { tag: "mine" }],
    ["a job", { job: "j" }],
  ])("with a token limited to %s gets no other job", async (_, claims) => {
    const token = await tokenFor("write", { claims });
    const args = { token, type: "render", leaseMs: LEASE_MS };
    await create("other", { owner: "you", tags: ["yours"] });
    await create("j", { owner: "me", tags: ["mine"] });
    const head = await waiting(claims);
    const mine = await life.t.mutation(api.claims.claim, args);

    expect(head).toEqual({ jobId: "j", attempt: 1 });
    expect(mine).toMatchObject({ jobId: "j" });
    expect(await life.t.mutation(api.claims.claim, args)).toEqual({ outcome: "none" });
  });
});

describe("the head of the queue", () => {
  test("is null, then the job that may be claimed, then the time of its next attempt", async () => {
    const empty = await waiting();
    await create("j", { maxAttempts: 2 });
    const fresh = await waiting();
    await claim();
    const claimed = await waiting();
    await life.send("fail", { retryAfterMs: 500 });

    expect([empty, claimed]).toEqual([null, null]);
    expect(fresh).toEqual({ jobId: "j", attempt: 1 });
    expect(await waiting()).toEqual({ jobId: "j", attempt: 2, nextAttemptAt: Date.now() + 500 });
  });

  test("differs when the same job is queued again", async () => {
    await create("j");
    const before = await waiting();
    await claim();
    await life.send("fail", { error: "boom" });
    await life.send("retry");

    expect(await waiting()).not.toEqual(before);
  });

  test("costs the same, and so does a claim, however many jobs there are", async () => {
    const access = { scope: "write" as const, limits: {} };
    const command = { kind: "claim", type: "render", leaseMs: LEASE_MS };
    const cost = () => costOf(life.t, (ctx) => applyCommand(ctx, access, command, Date.now()));
    await create("a");
    const few = await cost();
    const commands = Array.from({ length: 300 }, (_, index) => ({
      kind: "create",
      record: { id: `more-${index}`, type: "render" },
    }));
    await life.t.mutation(api.ingest.apply, { token: life.token, writerId: "many", firstSeq: 1, commands });
    const many = await cost();

    expect(many.documentsWritten).toBe(few.documentsWritten);
    expect(many.documentsRead).toBe(few.documentsRead);
  });
});
