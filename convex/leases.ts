import { v } from "convex/values";
import { internalMutation } from "./_generated/server";
import { watchLease } from "./model/leases";

/** Scheduled for the moment when the lease of an attempt runs out. */
export const watch = internalMutation({
  args: { job: v.id("jobs"), attempt: v.number() },
  returns: v.null(),
  handler: async (ctx, { job, attempt }) => {
    await watchLease(ctx, job, attempt, Date.now());
    return null;
  },
});
