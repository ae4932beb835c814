/** The same styles, made by the workers of a pool. */
import { Workpool } from "@convex-dev/workpool";
import { v } from "convex/values";
import { components, internal } from "./_generated/api";
import { internalAction, mutation } from "./_generated/server";
import { queueJob, settleJob, type Tracked, workOnJob } from "./jobsync/trackJob";
import { type StyleLink, styleMaking } from "./styles";

const pool = new Workpool(components.workpool, { maxParallelism: 2 });
const retry = { maxAttempts: 2, initialBackoffMs: 100, base: 2 };

export const request = mutation({
  args: { prompt: v.string(), jobId: v.optional(v.string()) },
  returns: v.string(),
  handler: async (ctx, { prompt, jobId: given }): Promise<string> => {
    const { maxAttempts } = retry;
    const jobId = await queueJob(ctx, { type: "style", jobId: given, payload: { prompt }, maxAttempts });
    const options = { retry, onComplete: internal.styleWorkers.ended, context: jobId };
    await pool.enqueueAction(ctx, internal.styleWorkers.work, { jobId, prompt }, options);
    return jobId;
  },
});

export const work = internalAction({
  args: { jobId: v.string(), prompt: v.string() },
  handler: (ctx, { jobId, prompt }): Promise<Tracked<StyleLink>> =>
    workOnJob(ctx, { jobId }, styleMaking(ctx, prompt)),
});

export const ended = pool.defineOnComplete({
  context: v.string(),
  handler: (ctx, { context: jobId, result }) => settleJob(ctx, jobId, result),
});
