/** What the HTTP routes call: the same model as the public functions, for a caller that the route has verified. */
import { v } from "convex/values";
import { applyCommand } from "./model/command";
import { findAllowedJob } from "./model/jobStore";
import { jobDocuments, jobRecord } from "./model/jobView";
import { withRouteDefaults } from "./model/webBuild";
import { internalMutation, internalQuery } from "./server";
import { access, encoded, jobRecord as jobRecordShape, receipt } from "./validators";

export const saveJob = internalMutation({
  args: { access, record: encoded },
  returns: receipt,
  handler: async (ctx, args) => {
    const record = await withRouteDefaults(ctx, args.record);
    return await applyCommand(ctx, args.access, { kind: "upsert", record }, Date.now());
  },
});

export const findJob = internalQuery({
  args: { access, jobId: v.string() },
  returns: v.union(jobRecordShape, v.null()),
  handler: async (ctx, args) => {
    const job = await findAllowedJob(ctx, args.access, args.jobId);
    return job === null ? null : jobRecord(await jobDocuments(ctx, job));
  },
});
