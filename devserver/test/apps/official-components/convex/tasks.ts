import { Workpool } from "@convex-dev/workpool";
import { componentsGeneric, makeFunctionReference } from "convex/server";
import { v } from "convex/values";
import { internalAction, internalMutation, mutation, query } from "./server.js";

const pool = new Workpool(componentsGeneric()["workpool"] as never, { maxParallelism: 2 });
const workReference = makeFunctionReference<"action", { task: string }>("tasks:work") as never;
const finishReference = makeFunctionReference<"mutation">("tasks:finish") as never;

export const start = mutation({
  args: { tasks: v.array(v.string()) },
  handler: async (ctx, { tasks }) => {
    for (const task of tasks) {
      await pool.enqueueAction(ctx, workReference, { task } as never, {
        onComplete: finishReference,
        context: { task },
        retry: false,
      });
    }
  },
});

export const work = internalAction({
  args: { task: v.string() },
  handler: (_, { task }) => Promise.resolve(task),
});

export const finish = internalMutation({
  args: { workId: v.string(), context: v.any(), result: v.any() },
  handler: async (ctx, { context, result }) => {
    const { task } = context as { task: string };
    await ctx.db.insert("finished", { task, state: (result as { kind: string }).kind });
  },
});

export const finished = query({ args: {}, handler: (ctx) => ctx.db.query("finished").take(100) });
