import {
  componentsGeneric,
  createFunctionHandle,
  internalMutationGeneric,
  makeFunctionReference,
  mutationGeneric,
  queryGeneric,
} from "convex/server";
import { v } from "convex/values";

const components = componentsGeneric();
const recordReference = makeFunctionReference<"mutation">("handles:record");

export const record = internalMutationGeneric({
  args: { text: v.string() },
  handler: async (ctx, { text }) => {
    await ctx.db.insert("records", { text });
  },
});

/** The component calls back into the app through the handle. */
export const callBack = mutationGeneric({
  args: { throughComponent: v.union(v.literal("first"), v.literal("second")), later: v.boolean() },
  handler: async (ctx, { throughComponent, later }) => {
    const handle = await createFunctionHandle(recordReference);
    const target = components[throughComponent]!["calls"]!["invoke"] as never;
    await ctx.runMutation(target, { handle, later } as never);
  },
});

export const records = queryGeneric({ args: {}, handler: (ctx) => ctx.db.query("records").take(10) });

export const shades = queryGeneric({
  args: {},
  handler: async (ctx) => ({
    app: [process.env["COLOUR"] ?? null, process.env["SHADE"] ?? null],
    first: await ctx.runQuery(components["first"]!["calls"]!["seen"] as never, {}),
    second: await ctx.runQuery(components["second"]!["calls"]!["seen"] as never, {}),
  }),
});
