import { makeFunctionReference } from "convex/server";
import { v } from "convex/values";
import { internalAction, internalMutation, mutation, query } from "./server.js";

const noteReference = makeFunctionReference<"mutation", { text: string }>("jobs:note") as never;
const brokenReference = makeFunctionReference<"mutation">("jobs:broken") as never;
const hangReference = makeFunctionReference<"action">("jobs:hang") as never;

export const note = internalMutation({
  args: { text: v.string() },
  handler: (ctx, { text }) => ctx.db.insert("notes", { text, rank: 0 }),
});

export const broken = internalMutation({
  args: {},
  handler: async (ctx) => {
    await ctx.db.insert("notes", { text: "must not stay", rank: 0 });
    throw new Error("broken");
  },
});

/** Ends only with its process. */
export const hang = internalAction({ args: {}, handler: () => new Promise<null>(() => undefined) });

export const plan = mutation({
  args: { what: v.union(v.literal("note"), v.literal("broken"), v.literal("hang")), afterMs: v.number() },
  handler: (ctx, { what, afterMs }) => {
    if (what === "note")
      return ctx.scheduler.runAfter(afterMs, noteReference, { text: `after ${afterMs}` } as never);
    return ctx.scheduler.runAfter(afterMs, what === "broken" ? brokenReference : hangReference);
  },
});

export const cancel = mutation({
  args: { id: v.id("_scheduled_functions") },
  handler: (ctx, { id }) => ctx.scheduler.cancel(id),
});

export const state = query({
  args: { id: v.id("_scheduled_functions") },
  handler: async (ctx, { id }) => (await ctx.db.system.get("_scheduled_functions", id))?.state ?? null,
});
