import { v } from "convex/values";
import { components } from "./_generated/api";
import { mutation, query } from "./_generated/server";

export const visit = mutation({
  args: { page: v.string() },
  handler: async (ctx, { page }): Promise<number> =>
    ctx.runMutation(components.counters.counter.add, { name: page }),
});

export const visits = query({
  args: { page: v.string() },
  handler: async (ctx, { page }): Promise<number> =>
    ctx.runQuery(components.counters.counter.read, { name: page }),
});
