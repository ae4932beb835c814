import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalMutation } from "./_generated/server";
import { foldCounts } from "./model/jobCounts";

/** Makes one row a scope of the changes that were appended, some at a time, until none is left. */
export const fold = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const isDone = await foldCounts(ctx);
    if (!isDone) await ctx.scheduler.runAfter(0, internal.counts.fold, {});
    return null;
  },
});
