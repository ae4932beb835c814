import { v } from "convex/values";
import { mutation, query } from "./access";
import { isSweepingFiles } from "./environment";
import { internal } from "./internals";
import { removeExpired, retentionRules, setRetention } from "./model/retention";
import { sweepFiles } from "./model/strayFiles";
import { internalMutation } from "./server";
import { retentionRule } from "./validators";

/** Says how many days jobs are kept once they ended so; a rule for a type goes before the one for all. */
export const set = mutation({
  scope: "admin",
  args: { state: v.string(), type: v.optional(v.string()), days: v.nullable(v.number()) },
  returns: v.null(),
  handler: async (ctx, rule) => {
    await setRetention(ctx, ctx.access, rule);
    return null;
  },
});

export const list = query({
  scope: "admin",
  args: {},
  returns: v.array(retentionRule),
  handler: (ctx) => retentionRules(ctx, ctx.access),
});

/** Begins the day's removals: one chain of batches for each rule, and one for the files if they are swept. */
export const begin = internalMutation({
  args: {},
  returns: v.null(),
  handler: async ({ db, scheduler }) => {
    for (const { _id } of await db.query("retention").take(1000)) {
      await scheduler.runAfter(0, internal.retention.expire, { rule: _id, cursor: null });
    }
    await scheduler.runAfter(0, internal.uploads.discardAbandoned, {});
    if (isSweepingFiles()) await scheduler.runAfter(0, internal.retention.sweep, { cursor: null });
    return null;
  },
});

const cursor = v.nullable(v.string());

/** Removes some of the jobs whose days are over by a rule, then those after them. */
export const expire = internalMutation({
  args: { rule: v.id("retention"), cursor },
  returns: v.null(),
  handler: async (ctx, { rule, cursor }) => {
    const next = await removeExpired(ctx, rule, cursor, Date.now());
    if (next !== null) await ctx.scheduler.runAfter(0, internal.retention.expire, { rule, cursor: next });
    return null;
  },
});

/** Removes some of the files that no job has, then goes on with those after them. */
export const sweep = internalMutation({
  args: { cursor },
  returns: v.null(),
  handler: async (ctx, { cursor }) => {
    const next = await sweepFiles(ctx, cursor, Date.now());
    if (next !== null) await ctx.scheduler.runAfter(0, internal.retention.sweep, { cursor: next });
    return null;
  },
});
