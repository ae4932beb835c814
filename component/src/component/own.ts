/** For the code of the app around the component, which signs a token for itself as everybody does. */
import { v } from "convex/values";
import { mutation } from "../../../convex/access";
import { applyCommand, type CommandOnJob } from "../../../convex/model/command";
import { beginAttempt as beginAttemptOf, beginJob } from "../../../convex/model/jobBeginning";
import { encoded, receipt } from "../../../convex/validators";

export const apply = mutation({
  scope: "admin",
  args: { command: v.any() },
  returns: receipt,
  handler: (ctx, { command }) => applyCommand(ctx, ctx.access, command as CommandOnJob, Date.now()),
});

/** Creates a job that runs from its first moment. */
export const begin = mutation({
  scope: "admin",
  args: { record: encoded, leaseMs: v.number() },
  returns: receipt,
  handler: (ctx, { record, leaseMs }) => beginJob(ctx, record, leaseMs, Date.now()),
});

/** Starts a job that waits, or goes on with one whose worker is gone. */
export const beginAttempt = mutation({
  scope: "admin",
  args: { jobId: v.string(), leaseMs: v.number() },
  returns: receipt,
  handler: (ctx, { jobId, leaseMs }) => beginAttemptOf(ctx, jobId, leaseMs, Date.now()),
});
