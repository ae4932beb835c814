import { mutationGeneric, queryGeneric, type FunctionHandle } from "convex/server";
import { v } from "convex/values";

export const invoke = mutationGeneric({
  args: { handle: v.string(), later: v.boolean() },
  handler: async (ctx, { handle, later }) => {
    const callBack = handle as FunctionHandle<"mutation", { text: string }>;
    const identity = await ctx.auth.getUserIdentity();
    const text = `from inside, ${identity === null ? "nobody" : "somebody"}`;
    if (later) await ctx.scheduler.runAfter(0, callBack, { text });
    else await ctx.runMutation(callBack, { text });
  },
});

export const seen = queryGeneric({
  args: {},
  handler: () => Promise.resolve([process.env["COLOUR"] ?? null, process.env["SHADE"] ?? null]),
});
