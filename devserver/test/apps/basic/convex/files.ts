import { v } from "convex/values";
import { mutation, query } from "./_generated/server";

export const uploadUrl = mutation({ args: {}, handler: async (ctx) => ctx.storage.generateUploadUrl() });

export const url = query({
  args: { storageId: v.id("_storage") },
  handler: async (ctx, { storageId }) => ctx.storage.getUrl(storageId),
});

export const stored = query({
  args: {},
  handler: async (ctx) => ctx.db.system.query("_storage").take(100),
});
