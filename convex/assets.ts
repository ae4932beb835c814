import { v } from "convex/values";
import { mutation, query } from "./access";
import { parseWantedFiles } from "./model/assetCommand";
import { listAssets, uploadTarget } from "./model/assets";
import { applyCommand } from "./model/command";
import { allowedJob } from "./model/jobStore";
import { asset, receipt } from "./validators";

/** One URL for each file, or the asset if that file is already there. */
export const generateUploadUrl = mutation({
  scope: "write",
  args: {
    jobId: v.string(),
    files: v.array(v.object({ role: v.string(), filename: v.string(), sha256: v.optional(v.string()) })),
  },
  returns: v.object({
    targets: v.array(
      v.union(
        v.object({ kind: v.literal("upload"), url: v.string() }),
        v.object({ kind: v.literal("present"), asset }),
      ),
    ),
  }),
  handler: async (ctx, { jobId, files }) => {
    const wanted = parseWantedFiles(files);
    const job = await allowedJob(ctx, ctx.access, jobId);
    return { targets: await Promise.all(wanted.map((file) => uploadTarget(ctx, job, file))) };
  },
});

/** Registers an uploaded file; the file it replaces is deleted. */
export const save = mutation({
  scope: "write",
  args: {
    jobId: v.string(),
    role: v.string(),
    filename: v.string(),
    storageId: v.string(),
    sha256: v.string(),
    public: v.optional(v.boolean()),
    attempt: v.optional(v.number()),
  },
  returns: receipt,
  handler: (ctx, args) => applyCommand(ctx, ctx.access, { kind: "asset", ...args }, Date.now()),
});

export const list = query({
  scope: "read",
  args: { jobId: v.string() },
  returns: v.array(asset),
  handler: async (ctx, { jobId }) => listAssets(ctx, await allowedJob(ctx, ctx.access, jobId)),
});
