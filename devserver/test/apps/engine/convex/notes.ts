import { ConvexError, v, type Value } from "convex/values";
import { internalMutation, mutation, query } from "./server.js";

export const add = mutation({
  args: { text: v.string(), rank: v.number(), tag: v.optional(v.string()) },
  handler: (ctx, args) => ctx.db.insert("notes", args),
});

export const list = query({
  args: { from: v.number(), to: v.number() },
  handler: (ctx, { from, to }) =>
    ctx.db
      .query("notes")
      .withIndex("by_rank", (q) => q.gte("rank", from).lt("rank", to))
      .take(100),
});

/** Waits outside the database between reading and writing, so that two of them overlap. */
export const increment = mutation({
  args: { name: v.string() },
  handler: async (ctx, { name }) => {
    const counter = await ctx.db
      .query("counters")
      .withIndex("by_name", (q) => q.eq("name", name))
      .unique();
    await crypto.subtle.digest("SHA-256", new TextEncoder().encode(name));
    if (counter === null) await ctx.db.insert("counters", { name, value: 1 });
    else await ctx.db.patch("counters", counter._id, { value: counter.value + 1 });
  },
});

export const counter = query({
  args: { name: v.string() },
  handler: async (ctx, { name }) => {
    const found = await ctx.db
      .query("counters")
      .withIndex("by_name", (q) => q.eq("name", name))
      .unique();
    return found?.value ?? 0;
  },
});

export const fail = mutation({
  args: { data: v.any() },
  handler: async (ctx, args) => {
    const data = args.data as Value;
    await ctx.db.insert("notes", { text: "must not stay", rank: 0 });
    console.log("about to fail", { data });
    throw new ConvexError(data);
  },
});

export const crash = mutation({ args: {}, handler: () => Promise.reject(new Error("out of cheese")) });

export const secret = internalMutation({ args: {}, handler: () => Promise.resolve("internal") });

export const variable = query({
  args: { name: v.string() },
  handler: (_, { name }) => Promise.resolve(process.env[name] ?? null),
});

/** Keeps one note, however often it is called. */
export const overwrite = mutation({
  args: { text: v.string() },
  handler: async (ctx, { text }) => {
    const note = await ctx.db
      .query("notes")
      .withIndex("by_rank", (q) => q.eq("rank", -1))
      .unique();
    if (note === null) await ctx.db.insert("notes", { text, rank: -1 });
    else await ctx.db.patch("notes", note._id, { text });
  },
});

export const fill = internalMutation({
  args: { from: v.number(), count: v.number() },
  handler: async (ctx, { from, count }) => {
    for (let rank = from; rank < from + count; rank++)
      await ctx.db.insert("notes", { text: `note ${rank}`, rank });
  },
});

const atLoad = process.env["COLOUR"] ?? null;
const hostAtLoad = process.env["PATH"] ?? null;

export const seenAtLoad = query({ args: {}, handler: () => Promise.resolve({ atLoad, hostAtLoad }) });

/** Never awaited: it must not be able to write after the function has ended. */
export const dangling = mutation({
  args: {},
  handler: (ctx) => {
    void crypto.subtle
      .digest("SHA-256", new Uint8Array(1))
      .then(() => ctx.db.insert("notes", { text: "too late", rank: 0 }))
      .catch(() => undefined);
    return Promise.resolve(null);
  },
});

export const scan = query({
  args: { times: v.number() },
  handler: async (ctx, { times }) => {
    for (let time = 0; time < times; time++) await ctx.db.query("notes").first();
  },
});

/** Reads the counter over a long time, so that it loses every race against `increment`. */
export const incrementSlowly = mutation({
  args: { name: v.string(), rounds: v.number() },
  handler: async (ctx, { name, rounds }) => {
    const read = () =>
      ctx.db
        .query("counters")
        .withIndex("by_name", (q) => q.eq("name", name))
        .unique();
    let counter = await read();
    for (let round = 0; round < rounds; round++) {
      await crypto.subtle.digest("SHA-256", new Uint8Array(1));
      const again = await read();
      if (again?.value !== counter?.value) throw new Error("the snapshot changed under the function");
      counter = again;
    }
    await ctx.db.patch("counters", counter!._id, { value: counter!.value + 1 });
  },
});

export const callOut = mutation({ args: {}, handler: async () => void (await fetch("http://127.0.0.1:1")) });

export const stamp = mutation({
  args: {},
  handler: async (ctx) => {
    const id = await ctx.db.insert("stamps", { at: ctx.db.vars.commitTs });
    const newest = await ctx.db.query("stamps").withIndex("by_at").order("desc").first();
    return { isNewest: newest?._id === id, stamp: await ctx.db.get("stamps", id) };
  },
});

export const stamps = query({
  args: {},
  handler: (ctx) => ctx.db.query("stamps").withIndex("by_at").take(10),
});
