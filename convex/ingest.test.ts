import { beforeEach, describe, expect, test } from "vitest";
import { api } from "./_generated/api";
import { type Deployment, deployment, refusedWith, sha256Of, storedFile, tokenFor } from "./test.setup";
import { PROTOCOL } from "./version";

let t: Deployment;
let token: string;

beforeEach(async () => {
  t = deployment();
  token = await tokenFor("write");
});

function apply(firstSeq: number, commands: unknown[], writerId = "w") {
  return t.mutation(api.ingest.apply, { token, writerId, firstSeq, commands });
}

async function receipts(firstSeq: number, commands: unknown[]) {
  return (await apply(firstSeq, commands)).receipts;
}

/** Numbered events, so that anything applied twice is seen as two. */
function events(from: number, to: number) {
  return Array.from({ length: to - from + 1 }, (_, index) => ({
    kind: "event",
    jobId: "j",
    eventId: `e${from + index}`,
    event: "step",
    level: "info",
  }));
}

function upsert(record: object) {
  return { kind: "upsert", record };
}

function stored() {
  return t.run(async ({ db }) => ({
    events: (await db.query("jobEvents").take(1000)).map(({ eventId }) => eventId),
    writers: await db.query("writers").take(10),
  }));
}

test("a batch answers one receipt for each command, and says when to send the next", async () => {
  const sha256 = await sha256Of("picture");
  const asset = { kind: "asset", jobId: "j", role: "output", filename: "a.png", sha256 };
  const answer = await apply(1, [
    upsert({ id: "j", status: "processing" }),
    ...events(1, 1),
    { ...asset, storageId: await storedFile(t, "picture") },
  ]);

  expect(answer).toMatchObject({
    protocol: PROTOCOL,
    receipts: [
      { seq: 1, outcome: "applied", jobId: "j", status: "processing", state: "running", attempt: 1 },
      { seq: 2, outcome: "applied" },
      { seq: 3, outcome: "applied", asset: { role: "output", sha256, public: true } },
    ],
  });
  expect(answer.sendAfterMs).toBeGreaterThan(0);
});

/** One of each sort of answer. */
function everySort() {
  return [
    upsert({ id: "j", status: "processing", type: "render" }),
    ...events(2, 2),
    { kind: "create", record: { id: "k", type: "parse" } },
    { kind: "claim", type: "parse", leaseMs: 5000 },
    { kind: "claim", type: "parse", leaseMs: 5000 },
    { kind: "cancel", jobId: "k" },
    { kind: "complete", jobId: "j", attempt: 1 },
    { kind: "fail", jobId: "j" },
    { kind: "heartbeat", jobId: "nobody" },
    "not a command",
  ];
}

test("the receipts of a repeated batch are those of the first time, word for word", async () => {
  const first = await receipts(1, everySort());

  expect(first.map(({ outcome }) => outcome).join(" ")).toBe(
    "applied applied applied applied none applied applied stale refused refused",
  );
  expect(await receipts(1, everySort())).toEqual(first);
  expect(await receipts(3, everySort().slice(2))).toEqual(first.slice(2));
});

/** Sends what was not taken again, as a client does; answers the receipts of each call. */
async function sendAll(firstSeq: number, commands: unknown[]) {
  const calls = [await receipts(firstSeq, commands)];
  for (let taken = calls.flat().length; taken < commands.length; taken = calls.flat().length) {
    calls.push(await receipts(firstSeq + taken, commands.slice(taken)));
  }
  return calls;
}

describe("a batch that is more than one transaction may do", () => {
  const manyTags = Array.from({ length: 50 }, (_, index) => `tag-${index}`);
  const commands = Array.from({ length: 320 }, (_, index) =>
    upsert({ id: `j${index}`, tags: manyTags, owner: "me" }),
  );

  test("is taken as far as it goes, and the rest when it is sent again", async () => {
    const calls = await sendAll(1, commands);
    const counts = await t.query(api.jobs.stats, { token, owner: "me" });

    expect(calls.length).toBe(2);
    expect(calls.flat().map(({ seq, outcome }) => `${seq} ${outcome}`)).toEqual(
      commands.map((_, index) => `${index + 1} applied`),
    );
    expect(counts.queued).toBe(commands.length);
  });

  test("does no more than that when it is repeated as a whole", async () => {
    const first = await receipts(1, commands);
    const again = await receipts(1, commands);

    expect(again.slice(0, first.length)).toEqual(first);
    expect(again).toHaveLength(commands.length);
  });

  test("because of what it reads is taken in parts too", async () => {
    const large = Array.from({ length: 20 }, (_, index) => ({ id: `l${index}`, notes: "x".repeat(800_000) }));
    for (const [index, record] of large.entries()) await receipts(1 + index, [upsert(record)]);
    const changes = large.map(({ id }) => upsert({ id, more: 1 }));
    const calls = await sendAll(21, changes);

    expect(calls.length).toBeGreaterThan(1);
    expect(calls.flat().map(({ outcome }) => outcome)).toEqual(Array(20).fill("applied"));
  });
});

describe("a command is applied once", () => {
  const first = [upsert({ id: "j", status: "running" }), ...events(2, 4)];

  beforeEach(() => apply(1, first));

  test("a repeated batch answers the same receipts and writes nothing", async () => {
    await apply(1, first);
    const before = await stored();
    const again = await receipts(1, first);

    expect(again.map(({ outcome }) => outcome)).toEqual(Array(4).fill("applied"));
    expect(await stored()).toEqual(before);
  });

  test("an overlapping batch applies only what is new, and answers the old receipts for the rest", async () => {
    const answer = await receipts(3, events(3, 6));

    expect(answer.map(({ seq, outcome }) => [seq, outcome])).toEqual(
      [3, 4, 5, 6].map((seq) => [seq, "applied"]),
    );
    expect((await stored()).events).toEqual(["e2", "e3", "e4", "e5", "e6"]);
  });

  test("what was answered before the last batch is a duplicate, without a second effect", async () => {
    await apply(5, events(5, 5));

    expect(await receipts(1, [upsert({ id: "j", status: "done" })])).toEqual([
      { seq: 1, outcome: "duplicate" },
    ]);
    expect(await t.query(api.jobs.getByJobId, { token, jobId: "j" })).toMatchObject({ status: "running" });
  });

  test("a gap in the sequence is allowed, and closed behind it", async () => {
    await apply(100, events(100, 100));

    expect(await receipts(50, events(50, 50))).toEqual([{ seq: 50, outcome: "duplicate" }]);
  });

  test("another writer has a sequence of its own", async () => {
    const answer = await apply(1, [upsert({ id: "other" })], "another");

    expect(answer.receipts).toMatchObject([{ seq: 1, outcome: "applied" }]);
  });
});

test("a refused command does not stop the others, leaves nothing behind, and stays refused", async () => {
  const batch = [
    upsert({ id: "a", status: "nope", name: "half" }),
    upsert({ id: "b", status: "done" }),
    { kind: "dance" },
    { kind: "event", jobId: "missing", eventId: "e", event: "x" },
    "not a command",
  ];
  const answer = await receipts(1, batch);

  expect(answer.map(({ outcome }) => outcome)).toEqual([
    "refused",
    "applied",
    "refused",
    "refused",
    "refused",
  ]);
  expect(answer.map(({ error }) => error?.code)).toEqual([
    "unknown_status",
    undefined,
    "invalid_field",
    "job_not_found",
    "invalid_field",
  ]);
  expect(await t.query(api.jobs.getByJobId, { token, jobId: "a" })).toBeNull();
  await apply(6, [upsert({ id: "missing" })]);
  expect(await receipts(1, [upsert({ id: "a", status: "done" })])).toMatchObject([{ outcome: "duplicate" }]);
});

test("a refusal is remembered: the repeat is refused although it would now be accepted", async () => {
  const event = { kind: "event", jobId: "late", eventId: "e", event: "x" };
  const first = await receipts(1, [event]);
  await t.mutation(api.jobs.upsert, { token, record: { id: "late" } });

  expect(await receipts(1, [event])).toEqual(first);
});

test("an empty batch answers without a receipt and remembers nothing", async () => {
  expect(await receipts(1, [])).toEqual([]);
  expect((await stored()).writers).toEqual([]);
});

test("a full batch of long answers stays within a document, and its repeat keeps the outcomes", async () => {
  const batch = Array.from({ length: 500 }, (_, index) =>
    upsert({ id: `${index}-${"ü".repeat(250)}`, status: "x" }),
  );
  const longIds = batch.map(({ record }) => upsert({ ...record, status: "done" }));
  await apply(1, longIds);
  await apply(501, [...batch.slice(1), upsert({ id: "last" })]);

  expect((await receipts(501, batch)).map(({ outcome }) => outcome)).toEqual([
    ...Array<string>(499).fill("refused"),
    "applied",
  ]);
});

test.each<[string, Partial<{ writerId: string; firstSeq: number; commands: unknown[] }>, string]>([
  ["a writer of a strange name", { writerId: "a b" }, "writerId"],
  ["an empty writer", { writerId: "" }, "writerId"],
  ["a writer of 65 characters", { writerId: "w".repeat(65) }, "writerId"],
  ["a sequence from 0", { firstSeq: 0 }, "firstSeq"],
  ["half a sequence", { firstSeq: 1.5 }, "firstSeq"],
  ["501 commands", { commands: Array(501).fill({}) }, "commands"],
])("%s is refused as a whole", async (_, args, field) => {
  const call = t.mutation(api.ingest.apply, { token, writerId: "w", firstSeq: 1, commands: [], ...args });

  expect(await refusedWith("invalid_field", call)).toMatchObject({ field });
});

test("a token with other limits may not read another's receipts by using its writer", async () => {
  await apply(1, [upsert({ id: "j" })]);
  token = await tokenFor("write", { claims: { job: "k" } });

  await refusedWith("forbidden", apply(1, [upsert({ id: "k" })]));
});

test("a narrow token's commands for other jobs are refused one by one", async () => {
  await apply(1, [upsert({ id: "theirs" })], "wide");
  token = await tokenFor("write", { claims: { job: "mine" } });
  const answer = await receipts(1, [
    upsert({ id: "theirs", name: "n" }),
    upsert({ id: "mine" }),
    ...events(1, 1),
  ]);

  expect(answer.map(({ outcome, error }) => error?.code ?? outcome)).toEqual([
    "forbidden",
    "applied",
    "forbidden",
  ]);
});
