/** What `trackJob.ts` calls: the commands of the deployment's own actions and mutations, which need no token. */
import { v } from "convex/values";
import { applyCommand, type CommandOnJob } from "./model/command";
import { beginAttempt as beginAttemptOf, beginJob, OWN_CODE } from "./model/jobBeginning";
import { internalMutation } from "./server";
import { encoded, receipt } from "./validators";

export const apply = internalMutation({
  args: { command: v.any() },
  returns: receipt,
  handler: (ctx, { command }) => applyCommand(ctx, OWN_CODE, command as CommandOnJob, Date.now()),
});

/** Creates a job that runs from its first moment. */
export const begin = internalMutation({
  args: { record: encoded, leaseMs: v.number() },
  returns: receipt,
  handler: (ctx, { record, leaseMs }) => beginJob(ctx, record, leaseMs, Date.now()),
});

/** Starts a job that waits, or goes on with one whose worker is gone. */
export const beginAttempt = internalMutation({
  args: { jobId: v.string(), leaseMs: v.number() },
  returns: receipt,
  handler: (ctx, { jobId, leaseMs }) => beginAttemptOf(ctx, jobId, leaseMs, Date.now()),
});
