import { v } from "convex/values";
import { internal } from "./_generated/api";
import type { Id } from "./_generated/dataModel";
import { action, type ActionCtx, internalMutation, query } from "./_generated/server";
import { type Body, trackJob, type Tracked } from "./jobsync/trackJob";
import { askModel } from "./model";

export type StyleLink = { table: "styles"; id: Id<"styles"> };

/** What makes a style, wherever it runs. */
export function styleMaking(ctx: ActionCtx, prompt: string): Body<StyleLink> {
  return async (job) => {
    await job.progress({ stage: "palette", message: "Choosing colours", progress: 10 });
    const palette = await askModel("palette", prompt);
    await job.progress({ stage: "preview", message: "Drawing a preview", progress: 60 });
    const preview = await askModel("preview", prompt);
    await job.progress({ stage: "saving", message: "Saving the style", progress: 90 });
    const id = await ctx.runMutation(internal.styles.save, { prompt, palette, preview });
    return { table: "styles", id };
  };
}

export const generate = action({
  args: { prompt: v.string(), jobId: v.optional(v.string()) },
  handler: (ctx, { prompt, jobId }): Promise<Tracked<StyleLink>> =>
    trackJob(ctx, { type: "style", jobId, payload: { prompt } }, styleMaking(ctx, prompt)),
});

export const save = internalMutation({
  args: { prompt: v.string(), palette: v.string(), preview: v.string() },
  returns: v.id("styles"),
  handler: (ctx, style) => ctx.db.insert("styles", style),
});

export const get = query({
  args: { id: v.id("styles") },
  handler: (ctx, { id }) => ctx.db.get(id),
});

export const list = query({
  args: {},
  handler: (ctx) => ctx.db.query("styles").order("desc").take(50),
});
