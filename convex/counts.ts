import { v } from "convex/values";
import { internal } from "./internals";
import { foldCounts } from "./model/jobCounts";
import { internalMutation } from "./server";

const SOON_MS = 10_000;
/** How often a fold comes back by itself before the cron's next one. */
const MOST_RETURNS = 5;

/**
 * Makes one row a scope of the changes that were appended, some at a time, until none is left. Where they were many,
 * it comes back sooner than the cron would.
 */
export const fold = internalMutation({
  args: { returns: v.optional(v.number()), isBusy: v.optional(v.boolean()) },
  returns: v.null(),
  handler: async (ctx, { returns = MOST_RETURNS, isBusy = false }) => {
    const isDone = await foldCounts(ctx, Date.now());
    const next = internal.counts.fold;
    if (!isDone) await ctx.scheduler.runAfter(0, next, { returns, isBusy: true });
    else if (isBusy && returns > 0) await ctx.scheduler.runAfter(SOON_MS, next, { returns: returns - 1 });
    return null;
  },
});
