import { v } from "convex/values";
import { mutation } from "./access";
import { internal } from "./internals";
import { discardAbandoned as discardAbandonedOf, removeParts } from "./model/uploadRemoval";
import { uploadUrls } from "./model/uploadUrls";
import { internalMutation } from "./server";

/** URLs for what is no asset: values that are too large for a document, also of a job that is yet to be created. */
export const generateUrls = mutation({
  scope: "write",
  args: { count: v.number() },
  returns: v.object({ targets: v.array(v.object({ kind: v.literal("upload"), url: v.string() })) }),
  handler: async (ctx, { count }) => ({ targets: await uploadUrls(ctx, count) }),
});

/** Removes the parts of an upload that was given up or replaced, some at a time, until none is left. */
export const discard = internalMutation({
  args: { upload: v.id("jobUploads") },
  returns: v.null(),
  handler: async (ctx, { upload }) => {
    const isDone = await removeParts(ctx, upload);
    if (!isDone) await ctx.scheduler.runAfter(0, internal.uploads.discard, { upload });
    return null;
  },
});

/** Gives up some of the uploads that nobody goes on with, then those after them. */
export const discardAbandoned = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const isDone = await discardAbandonedOf(ctx, Date.now());
    if (!isDone) await ctx.scheduler.runAfter(0, internal.uploads.discardAbandoned, {});
    return null;
  },
});
