import { internalMutationGeneric, queryGeneric } from "convex/server";
import { v } from "convex/values";

export const tick = internalMutationGeneric({
  args: { name: v.string() },
  handler: async (ctx, { name }) => {
    await ctx.db.insert("ticks", { name, at: Date.now() });
  },
});

export const ticks = queryGeneric({
  args: { name: v.string() },
  handler: async (ctx, { name }) => {
    const all = (await ctx.db.query("ticks").take(1000)) as { name: string; at: number }[];
    return all.filter((tick) => tick.name === name).map(({ at }) => at);
  },
});
