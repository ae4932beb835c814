import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { mutation, query } from "./access";
import { parseWantedFiles } from "./model/assetCommand";
import { assetParts, getAsset, listAssets, uploadTarget } from "./model/assets";
import { applyCommand } from "./model/command";
import { allowedJob } from "./model/jobStore";
import { stageParts as stagePartsOf } from "./model/stagedParts";
import { asset, assetPart, receipt } from "./validators";

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

const wantedPart = { index: v.number(), sha256: v.string() };

/** Keeps parts of a file that have arrived, and says where to send others; those that are there already are not sent. */
export const stageParts = mutation({
  scope: "write",
  args: {
    jobId: v.string(),
    role: v.string(),
    filename: v.string(),
    partCount: v.number(),
    stored: v.array(v.object({ ...wantedPart, storageId: v.string() })),
    wanted: v.array(v.object(wantedPart)),
  },
  returns: v.object({
    targets: v.array(
      v.union(
        v.object({ kind: v.literal("upload"), url: v.string() }),
        v.object({ kind: v.literal("staged") }),
      ),
    ),
  }),
  handler: async (ctx, { jobId, ...staging }) => {
    const job = await allowedJob(ctx, ctx.access, jobId);
    return { targets: await stagePartsOf(ctx, job, staging, Date.now()) };
  },
});

/** Registers an uploaded file, or the parts that were staged; the file it replaces is deleted. */
export const save = mutation({
  scope: "write",
  args: {
    jobId: v.string(),
    role: v.string(),
    filename: v.string(),
    storageId: v.optional(v.string()),
    sha256: v.string(),
    parts: v.optional(v.object({ count: v.number(), sha256: v.string() })),
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

const named = { jobId: v.string(), role: v.string(), filename: v.string() };

export const get = query({
  scope: "read",
  args: named,
  returns: v.union(asset, v.null()),
  handler: async (ctx, { jobId, ...name }) => getAsset(ctx, await allowedJob(ctx, ctx.access, jobId), name),
});

/** The parts of an asset, in their order, however many there are. */
export const parts = query({
  scope: "read",
  args: { ...named, paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(assetPart),
  handler: async (ctx, { jobId, paginationOpts, ...name }) =>
    assetParts(ctx, await allowedJob(ctx, ctx.access, jobId), name, paginationOpts),
});
