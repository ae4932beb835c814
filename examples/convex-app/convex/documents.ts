import { v } from "convex/values";
import { mutation, query } from "./_generated/server";
import { userOf } from "./users";

export const add = mutation({
  args: { key: v.string(), title: v.string(), pages: v.array(v.string()) },
  returns: v.id("documents"),
  handler: async (ctx, { key, title, pages }) => {
    const { _id: owner } = await userOf(ctx, key);
    return await ctx.db.insert("documents", { owner, title, pages });
  },
});

export const mine = query({
  args: { key: v.string() },
  returns: v.array(v.object({ title: v.string(), pages: v.number() })),
  handler: async (ctx, { key }) => {
    const { _id: owner } = await userOf(ctx, key);
    const documents = await ctx.db
      .query("documents")
      .withIndex("by_owner", (q) => q.eq("owner", owner))
      .take(100);
    return documents.map(({ title, pages }) => ({ title, pages: pages.length }));
  },
});
