import { v } from "convex/values";
import { mutation } from "./access";
import { internal } from "./internals";
import { removeExpiredWatches, watchJob, watchLists } from "./model/watches";
import { internalMutation } from "./server";

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
