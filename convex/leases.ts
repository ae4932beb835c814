import { v } from "convex/values";
import { watchLease } from "./model/leases";
import { internalMutation } from "./server";

/** Scheduled for the moment when the lease of an attempt runs out. */
export const watch = internalMutation({
  args: { job: v.id("jobs"), attempt: v.number() },
  returns: v.null(),
  handler: async (ctx, { job, attempt }) => {
    await watchLease(ctx, job, attempt, Date.now());
    return null;
  },
});
