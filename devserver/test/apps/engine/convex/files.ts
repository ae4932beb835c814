import { v } from "convex/values";
import { action, mutation, query } from "./server.js";

export const uploadUrl = mutation({ args: {}, handler: (ctx) => ctx.storage.generateUploadUrl() });

export const info = query({
  args: { id: v.id("_storage") },
  handler: async (ctx, { id }) => ({
    row: await ctx.db.system.get("_storage", id),
    url: await ctx.storage.getUrl(id),
  }),
});

export const remove = mutation({
  args: { id: v.id("_storage"), fail: v.boolean() },
  handler: async (ctx, { id, fail }) => {
    await ctx.storage.delete(id);
    if (fail) throw new Error("rolled back");
  },
});

export const copy = action({
  args: { id: v.id("_storage") },
  handler: async (ctx, { id }) => {
    const blob = await ctx.storage.get(id);
    return ctx.storage.store(new Blob([(await blob!.text()).toUpperCase()], { type: "text/plain" }));
  },
});
