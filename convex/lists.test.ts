import { beforeEach, describe, expect, test } from "vitest";
import { api } from "./_generated/api";
import { costOf, type Deployment, deployment, refusedWith, tokenFor } from "./test.setup";

let t: Deployment;
let token: string;

beforeEach(async () => {
  t = deployment();
  token = await tokenFor("write");
});

function save(...records: object[]) {
  const commands = records.map((record) => ({ kind: "upsert", record }));
  return t.mutation(api.ingest.apply, { token, writerId: crypto.randomUUID(), firstSeq: 1, commands });
}

type Page = { cursor?: string | null; numItems?: number };

function list(filters: object = {}, { cursor = null, numItems = 100 }: Page = {}) {
  return t.query(api.jobs.list, { token, ...filters, paginationOpts: { cursor, numItems } });
}

function active(owner?: string, { cursor = null, numItems = 100 }: Page = {}) {
  const filters = owner === undefined ? {} : { owner };
  return t.query(api.jobs.active, { token, ...filters, paginationOpts: { cursor, numItems } });
}

function ids({ page }: { page: { jobId: string }[] }) {
  return page.map(({ jobId }) => jobId);
}

/** In the order of their creation; "d" is saved first, so that only `createdAt` can say so. */
const JOBS = [
  {
    id: "d",
    createdAt: 4,
    name: "Red Fox",
    owner: "you",
    type: "render",
    tags: ["red"],
    status: "done",
    parent: "a",
  },
  { id: "a", createdAt: 1, owner: "me", type: "render", tags: ["red", "red", "blue"], source: "doc" },
  { id: "b", createdAt: 2, owner: "me", type: "parse", tags: ["blue"], status: "running", parent: "a" },
  { id: "c", createdAt: 3, owner: "me", type: "render", tags: [], status: "failed", source: "doc" },
];

describe("a list", () => {
  beforeEach(() => save(...JOBS));

  test.each<[object, string[]]>([
    [{}, ["d", "c", "b", "a"]],
    [{ owner: "me" }, ["c", "b", "a"]],
    [{ type: "render" }, ["d", "c", "a"]],
    [{ state: "queued" }, ["a"]],
    [{ tag: "blue" }, ["b", "a"]],
    [{ tag: "red" }, ["d", "a"]],
    [{ source: "doc" }, ["c", "a"]],
    [{ parent: "a" }, ["d", "b"]],
    [{ owner: "me", state: "running" }, ["b"]],
    [{ type: "render", state: "succeeded" }, ["d"]],
    [{ owner: "me", type: "render" }, ["c", "a"]],
    [{ tag: "blue", state: "running" }, ["b"]],
    [{ source: "doc", tag: "red" }, ["a"]],
    [{ parent: "a", owner: "me", type: "parse", state: "running", tag: "blue" }, ["b"]],
    [{ owner: "nobody" }, []],
    [{ text: "B" }, ["b"]],
    [{ text: "fox" }, ["d"]],
    [{ text: "fox", type: "parse" }, []],
    [{ text: "fox", tag: "red" }, ["d"]],
  ])("of %o is newest first", async (filters, expected) => {
    expect(ids(await list(filters))).toEqual(expected);
  });

  test("has what identifies a job and says how it is, but no progress and nothing large", async () => {
    await save({ id: "c", stage: "late", result: 1, own: 2, error: { message: "no", at: 3 } });
    const [job] = (await list({ state: "failed" })).page;

    expect(job).toEqual({
      jobId: "c",
      status: "failed",
      state: "failed",
      attempt: 1,
      maxAttempts: 1,
      tags: [],
      visibility: "private",
      type: "render",
      owner: "me",
      source: "doc",
      errorMessage: "no",
      createdAt: 3,
      finishedAt: expect.any(Number) as number,
      updatedAt: expect.any(Number) as number,
    });
  });

  test("follows a job that changes its owner, its state or its tags", async () => {
    await save({ id: "a", owner: "you", status: "running", tags: ["red", "green"] });

    expect(ids(await list({ owner: "me" }))).toEqual(["c", "b"]);
    expect(ids(await list({ state: "running" }))).toEqual(["b", "a"]);
    expect(ids(await list({ tag: "blue" }))).toEqual(["b"]);
    expect(ids(await list({ tag: "green" }))).toEqual(["a"]);
    expect(ids(await list({ tag: "red" }))).toEqual(["d", "a"]);
  });

  test("of what is active has the queued, the running and the lost, until they end", async () => {
    await t.run(async ({ db }) => {
      const job = await db
        .query("jobs")
        .withIndex("by_jobId", (q) => q.eq("jobId", "b"))
        .unique();
      if (job !== null) await db.patch("jobs", job._id, { state: "lost" });
    });
    const before = [ids(await active()), ids(await active("me")), ids(await active("you"))];
    await t.mutation(api.jobs.complete, { token, jobId: "a" });
    await t.mutation(api.jobs.retry, { token, jobId: "c" });

    expect(before).toEqual([["b", "a"], ["b", "a"], []]);
    expect(ids(await active())).toEqual(["c", "b"]);
  });

  test("the newest job of a source is a whole record, or null", async () => {
    await save({ id: "c", result: 1 });

    expect(await t.query(api.jobs.getBySource, { token, source: "doc" })).toMatchObject({
      jobId: "c",
      result: 1,
    });
    expect(await t.query(api.jobs.getBySource, { token, source: "none" })).toBeNull();
  });
});

describe("pages", () => {
  beforeEach(() =>
    save(
      ...Array.from({ length: 7 }, (_, index) => ({
        id: `j${index}`,
        createdAt: index,
        tags: ["x"],
        owner: "me",
      })),
    ),
  );

  test.each([{}, { owner: "me" }, { tag: "x" }])("of %o hold every job once", async (filters) => {
    const seen: string[] = [];
    let cursor: string | null = null;
    for (let isDone = false; !isDone;) {
      const page: Awaited<ReturnType<typeof list>> = await list(filters, { cursor, numItems: 3 });
      seen.push(...ids(page));
      ({ isDone, continueCursor: cursor } = page);
    }

    expect(seen).toEqual(["j6", "j5", "j4", "j3", "j2", "j1", "j0"]);
  });

  test("can be asked for up to where an earlier one ended, as live clients do", async () => {
    const first = await list({}, { numItems: 3 });
    await save({ id: "new", createdAt: 10 });
    const again = await t.query(api.jobs.list, {
      token,
      paginationOpts: { cursor: null, numItems: 3, endCursor: first.continueCursor },
    });

    expect(ids(again)).toEqual(["new", "j6", "j5", "j4"]);
  });

  test.each([0, -1, 1.5, 201, 10_000, NaN])("of %d jobs are refused", async (numItems) => {
    for (const call of [
      list({}, { numItems }),
      list({ tag: "x" }, { numItems }),
      active(undefined, { numItems }),
    ]) {
      expect(await refusedWith("invalid_field", call)).toMatchObject({ field: "numItems" });
    }
  });

  test("do not go on from the cursor of another list, of other filters, or of nothing", async () => {
    const { continueCursor } = await list({ owner: "me" }, { numItems: 3 });
    const foreign = [
      list({}, { cursor: continueCursor }),
      list({ owner: "you" }, { cursor: continueCursor }),
      active("me", { cursor: continueCursor }),
      list({ owner: "me" }, { cursor: "abc" }),
    ];

    for (const call of foreign) {
      expect(await refusedWith("invalid_field", call)).toMatchObject({ field: "cursor" });
    }
  });
});

test("an unknown state is refused with the known ones", async () => {
  const refusal = await refusedWith("invalid_field", list({ state: "done" }));

  expect(refusal).toMatchObject({ field: "state" });
  expect(refusal.message).toContain("succeeded");
});

test("a progress tick writes nothing that a list, a count or a tag is made of", async () => {
  await save({ id: "a", owner: "me", type: "render", tags: ["red"], status: "running" });
  const cost = await costOf(t, (ctx) =>
    ctx.runMutation(api.jobs.updateProgress, { token, jobId: "a", progress: 5 }),
  );
  const tables = () =>
    t.run(async ({ db }) => [
      await db.query("jobs").take(10),
      await db.query("jobTags").take(10),
      await db.query("jobCounts").take(100),
    ]);
  const before = await tables();
  await t.mutation(api.jobs.updateProgress, { token, jobId: "a", progress: 6 });

  expect(cost.documentsWritten).toBe(1);
  expect(await tables()).toEqual(before);
});

describe("a limited token", () => {
  beforeEach(() => save(...JOBS));

  async function limitedTo(claims: object) {
    token = await tokenFor("read", { claims: { ...claims } });
  }

  test.each<[object, object, string[]]>([
    [{ owner: "me" }, { owner: "me" }, ["c", "b", "a"]],
    [{ owner: "me" }, { owner: "me", tag: "blue" }, ["b", "a"]],
    [{ tag: "red" }, { tag: "red" }, ["d", "a"]],
    [{ owner: "me", tag: "red" }, { owner: "me", tag: "red" }, ["a"]],
    [{ owner: "me" }, { owner: "me", parent: "a" }, ["b"]],
  ])("to %o lists %o", async (claims, filters, expected) => {
    await limitedTo(claims);

    expect(ids(await list(filters))).toEqual(expected);
  });

  test.each<[object, object]>([
    [{ owner: "me" }, {}],
    [{ owner: "me" }, { owner: "you" }],
    [{ owner: "me" }, { parent: "a" }],
    [{ tag: "red" }, { owner: "me" }],
    [{ owner: "me", tag: "red" }, { owner: "me" }],
    [{ job: "a" }, {}],
    [{ job: "a" }, { parent: "a" }],
  ])("to %o is forbidden to list %o", async (claims, filters) => {
    await limitedTo(claims);

    await refusedWith("forbidden", list(filters));
  });

  test.each([{ owner: "me" }, { tag: "red" }, { job: "a" }])(
    "to %o is answered the same for another's source and for none",
    async (claims) => {
      await save({ id: "e", owner: "you", tags: [], source: "theirs" });
      await limitedTo(claims);
      const refusals = ["theirs", "none"].map((source) =>
        refusedWith("forbidden", t.query(api.jobs.getBySource, { token, source })),
      );

      expect(await refusals[0]).toEqual(await refusals[1]);
    },
  );

  test("finds the newest job of a source that is within its limits", async () => {
    await limitedTo({ owner: "me" });

    expect(await t.query(api.jobs.getBySource, { token, source: "doc" })).toMatchObject({ jobId: "c" });
  });

  test("asks for what is active, and for counts, of its own owner only", async () => {
    await limitedTo({ owner: "me" });

    expect(ids(await active("me"))).toEqual(["b", "a"]);
    expect(await t.query(api.jobs.stats, { token, owner: "me", type: "render" })).toMatchObject({
      failed: 1,
    });
    await refusedWith("forbidden", active());
    await refusedWith("forbidden", t.query(api.jobs.stats, { token }));
    await refusedWith("forbidden", t.query(api.jobs.stats, { token, owner: "you" }));
    await limitedTo({ tag: "red" });
    await refusedWith("forbidden", t.query(api.jobs.stats, { token, owner: "me" }));
  });
});
