import {
  actionGeneric as action,
  internalMutationGeneric as internalMutation,
  makeFunctionReference,
  mutationGeneric as mutation,
  queryGeneric as query,
} from "convex/server";
import { v } from "convex/values";

const nowReference = makeFunctionReference<"query", Record<string, never>, number>("dates:now");
const bellReference = makeFunctionReference<"mutation", { times: number }>("dates:bell");

const DateAsFunction = Date as unknown as () => string;

function everyWay() {
  return {
    now: Date.now(),
    date: new Date().getTime(),
    text: DateAsFunction(),
    given: new Date(5).getTime(),
    isDate: new Date() instanceof Date,
  };
}

export const now = query({ args: {}, handler: () => Date.now() });
export const all = query({ args: {}, handler: () => everyWay() });
export const allInAction = action({ args: {}, handler: () => Promise.resolve(everyWay()) });

export const twice = mutation({
  args: {},
  handler: async (ctx) => [Date.now(), await ctx.runQuery(nowReference, {}), Date.now()],
});

export const twiceInAction = action({
  args: {},
  handler: () => Promise.resolve([Date.now(), Date.now()]),
});

export const ring = mutation({
  args: { inMs: v.number(), times: v.number() },
  handler: async (ctx, { inMs, times }) => {
    await ctx.scheduler.runAfter(inMs, bellReference, { times });
  },
});

/** Rings now, and as often as is left after that. */
export const bell = internalMutation({
  args: { times: v.number() },
  handler: async (ctx, { times }) => {
    await ctx.db.insert("rings", { at: Date.now() });
    if (times > 1) await ctx.scheduler.runAfter(0, bellReference, { times: times - 1 });
  },
});

export const rung = query({
  args: {},
  handler: async (ctx) => {
    const rings = (await ctx.db.query("rings").take(100)) as { at: number }[];
    return rings.map(({ at }) => at);
  },
});
