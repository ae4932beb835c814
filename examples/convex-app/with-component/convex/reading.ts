/** Work of the app's own, which everybody with a token may follow as a job. */
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { action, internalQuery, mutation } from "./_generated/server";
import { jobsync } from "./jobsync/client";
import { userOf } from "./users";

export const pagesOf = internalQuery({
  args: { key: v.string(), document: v.id("documents") },
  returns: v.object({ owner: v.id("users"), title: v.string(), pages: v.array(v.string()) }),
  handler: async (ctx, { key, document }) => {
    const { _id: owner } = await userOf(ctx, key);
    const found = await ctx.db.get("documents", document);
    if (found?.owner !== owner) throw new Error("There is no such document.");
    return { owner, title: found.title, pages: found.pages };
  },
});

/** Lets the page of a user follow that user's jobs, and no others. */
export const jobToken = mutation({
  args: { key: v.string() },
  returns: v.string(),
  handler: async (ctx, { key }) => {
    const { _id: owner } = await userOf(ctx, key);
    return await jobsync.token({ scope: "read", owner }, 60 * 60 * 1000);
  },
});

export const countWords = action({
  args: { key: v.string(), document: v.id("documents") },
  returns: v.object({ jobId: v.string(), result: v.object({ words: v.number() }) }),
  handler: async (ctx, { key, document }): Promise<{ jobId: string; result: { words: number } }> => {
    const { owner, title, pages } = await ctx.runQuery(internal.reading.pagesOf, { key, document });
    return await jobsync.trackJob(ctx, { type: "count words", owner, name: title }, async (job) => {
      let words = 0;
      for (const [index, page] of pages.entries()) {
        await job.progress({ stage: "counting", completed: index, total: pages.length });
        words += page.split(/\s+/).filter((word) => word !== "").length;
      }
      return { words };
    });
  },
});
