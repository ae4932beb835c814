import { TableAggregate } from "@convex-dev/aggregate";
import { ShardedCounter } from "@convex-dev/sharded-counter";
import { componentsGeneric } from "convex/server";
import { v } from "convex/values";
import { mutation, query, type DataModel } from "./server.js";

const components = componentsGeneric();
const byPoints = new TableAggregate<{ Key: number; DataModel: DataModel; TableName: "scores" }>(
  components["aggregate"] as never,
  { sortKey: ({ points }) => points },
);
const counter = new ShardedCounter<string>(components["shardedCounter"] as never, { defaultShards: 4 });
const other = new ShardedCounter<string>(components["otherCounter"] as never);

export const add = mutation({
  args: { player: v.string(), points: v.number() },
  handler: async (ctx, args) => {
    const id = await ctx.db.insert("scores", args);
    await byPoints.insert(ctx, (await ctx.db.get("scores", id))!);
    await counter.inc(ctx, args.player);
  },
});

export const summary = query({
  args: { player: v.string() },
  handler: async (ctx, { player }) => ({
    count: await byPoints.count(ctx),
    sumOfBest: (await byPoints.at(ctx, -1)).key,
    below10: await byPoints.count(ctx, { bounds: { upper: { key: 10, inclusive: false } } }),
    byPlayer: await counter.count(ctx, player),
    inOtherInstance: await other.count(ctx, player),
  }),
});
