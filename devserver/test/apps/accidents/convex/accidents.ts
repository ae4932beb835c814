/** A worker that dies at work, as one does that runs out of memory: nothing of its own can report it. */
import { Workpool } from "@convex-dev/workpool";
import { v } from "convex/values";
import { components, internal } from "./_generated/api";
import { internalAction, mutation } from "./_generated/server";
import { queueJob } from "./jobsync/trackJob";

const pool = new Workpool(components.workpool, { maxParallelism: 2 });

export const request = mutation({
  args: { jobId: v.string() },
  handler: async (ctx, { jobId }) => {
    await queueJob(ctx, { type: "style", jobId });
    const options = { retry: false, onComplete: internal.styleWorkers.ended, context: jobId };
    await pool.enqueueAction(ctx, internal.accidents.die, { jobId }, options);
  },
});

export const die = internalAction({
  args: { jobId: v.string() },
  handler: async (ctx, { jobId }): Promise<void> => {
    await ctx.runMutation(internal.jobsync.internalJobs.beginAttempt, { jobId, leaseMs: 600_000 });
    throw new Error("out of memory");
  },
});
