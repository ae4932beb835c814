import { convexTest } from "convex-test";
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
import { describe, expect, test } from "vitest";
import { paging } from "./paging";

const schema = defineSchema({
  jobs: defineTable({ owner: v.string(), createdAt: v.number(), text: v.string() })
    .index("by_owner_createdAt", ["owner", "createdAt"])
    .index("by_createdAt", ["createdAt"]),
});

type Db = Parameters<typeof paging>[0];
type Page = { page: { _id: string }[]; isDone: boolean; continueCursor: string };
type Wanted = { order: "asc" | "desc"; owner?: string; from?: number; to?: number };

/** The same list, by Convex's own pages or by ours. */
function listing(db: Db, { order, owner, from, to }: Wanted) {
  const jobs = db.query("jobs");
  if (owner === undefined) return jobs.withIndex("by_createdAt").order(order);
  return jobs
    .withIndex("by_owner_createdAt" as "by_createdAt", (q) => {
      const own = (q as unknown as { eq: (f: string, v: string) => typeof q }).eq("owner", owner);
      return from === undefined ? own : own.gt("createdAt", from).lt("createdAt", to!);
    })
    .order(order);
}

async function filled() {
  const t = convexTest({ schema, modules: { "./_generated/api.js": () => Promise.resolve({}) } });
  await t.run(async ({ db }) => {
    // Several at one time, so that only the time of creation tells them apart.
    for (let i = 0; i < 40; i++)
      await db.insert("jobs", { owner: i % 3 ? "me" : "you", createdAt: i >> 2, text: "" });
  });
  return t;
}

async function all(db: Db, next: (cursor: string | null) => Promise<Page>): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = null; ;) {
    const { page, isDone, continueCursor } = await next(cursor);
    ids.push(...page.map(({ _id }) => _id));
    if (isDone) return ids;
    cursor = continueCursor;
  }
}

describe.each<Wanted>([
  { order: "asc" },
  { order: "desc" },
  { order: "desc", owner: "me" },
  { order: "asc", owner: "me", from: 2, to: 8 },
  { order: "desc", owner: "me", from: 2, to: 8 },
  { order: "asc", owner: "nobody" },
])("pages of %j", (wanted) => {
  test.each([1, 3, 7, 100])("of %i rows make the list that Convex has", async (numItems) => {
    const t = await filled();
    await t.run(async (ctx) => {
      const db = ctx.db as unknown as Db;
      const whole = (await listing(db, wanted).collect()).map(({ _id }) => _id);
      const pages = await all(db, (cursor) =>
        listing(paging(db) as Db, wanted).paginate({ numItems, cursor }),
      );

      expect(pages).toEqual(whole);
    });
  });
});

test("a page that is asked for again with its end has what came between, and no more", async () => {
  const t = await filled();
  await t.run(async (ctx) => {
    const db = ctx.db as unknown as Db;
    const jobs = () => listing(paging(db) as Db, { order: "desc" });
    const { page, continueCursor } = await jobs().paginate({ numItems: 5, cursor: null });
    const newest = await ctx.db.insert("jobs", { owner: "me", createdAt: 99, text: "" });
    const again = await jobs().paginate({ numItems: 5, cursor: null, endCursor: continueCursor });

    expect(again.page.map(({ _id }) => _id)).toEqual([newest, ...page.map(({ _id }) => _id)]);
    expect(again.continueCursor).toBe(continueCursor);
  });
});

test("a page of large rows ends early, before a query has read too much", async () => {
  const t = await filled();
  await t.run(async (ctx) => {
    const text = "x".repeat(1000);
    for (let i = 0; i < 5; i++) await ctx.db.insert("jobs", { owner: "large", createdAt: i, text });
    const jobs = listing(paging(ctx.db) as Db, { order: "asc", owner: "large" });
    const { page, isDone } = await jobs.paginate({ numItems: 5, cursor: null, maximumBytesRead: 2500 });

    expect([page.length, isDone]).toEqual([3, false]);
  });
});
