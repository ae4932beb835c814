import { v } from "convex/values";
import { internal } from "./internals";
import { removeIdleWriters } from "./model/idleWriters";
import { internalMutation } from "./server";

/** Forgets writers that have been silent for 30 days, some at a time, until none is left. */
export const removeIdle = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const isDone = await removeIdleWriters(ctx, Date.now());
    if (!isDone) await ctx.scheduler.runAfter(0, internal.writers.removeIdle, {});
    return null;
  },
});
