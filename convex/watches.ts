import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalMutation } from "./_generated/server";
import { mutation } from "./access";
import { removeExpiredWatches, watchJob, watchLists } from "./model/watches";

/** Says that somebody looks at a job, or without one at lists, for the next 30 seconds. */
export const touch = mutation({
  scope: "share",
  args: { jobId: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, { jobId }) => {
    if (jobId === undefined) await watchLists(ctx, ctx.access, Date.now());
    else await watchJob(ctx, ctx.access, jobId, Date.now());
    return null;
  },
});

/** Forgets watches that are over, some at a time, until none is left. */
export const removeExpired = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const isDone = await removeExpiredWatches(ctx, Date.now());
    if (!isDone) await ctx.scheduler.runAfter(0, internal.watches.removeExpired, {});
    return null;
  },
});
