import { v } from "convex/values";
import { mutation, openQuery, query } from "./access";
import { applyCommand } from "./model/command";
import { findAllowedJob } from "./model/jobStore";
import { jobDocuments, jobRecord } from "./model/jobView";
import { publicJob as publicJobOf } from "./model/publicView";
import { encoded, jobRecord as jobRecordShape, publicJob, receipt } from "./validators";

/** Creates a job or patches it: absent leaves a field, null clears it. */
export const upsert = mutation({
  scope: "write",
  args: { record: encoded, attempt: v.optional(v.number()) },
  returns: receipt,
  handler: (ctx, args) => applyCommand(ctx, ctx.access, { kind: "upsert", ...args }, Date.now()),
});

export const getByJobId = query({
  scope: "read",
  args: { jobId: v.string() },
  returns: v.union(jobRecordShape, v.null()),
  handler: async (ctx, { jobId }) => {
    const job = await findAllowedJob(ctx, ctx.access, jobId);
    return job === null ? null : jobRecord(await jobDocuments(ctx, job));
  },
});

/** The view that a share link shows; without a token only of jobs that are public. */
export const getPublic = openQuery({
  scope: "share",
  args: { jobId: v.string() },
  returns: v.union(publicJob, v.null()),
  handler: (ctx, { jobId }) => publicJobOf(ctx, ctx.access, jobId),
});
