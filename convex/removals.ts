import { v } from "convex/values";
import { internal } from "./internals";
import { removeBelongings } from "./model/removal";
import { internalMutation } from "./server";

/** Removes the files and events of a job that is gone, some at a time, until none is left. */
export const belongings = internalMutation({
  args: { job: v.id("jobs") },
  returns: v.null(),
  handler: async (ctx, { job }) => {
    const isDone = await removeBelongings(ctx, job);
    if (!isDone) await ctx.scheduler.runAfter(0, internal.removals.belongings, { job });
    return null;
  },
});
