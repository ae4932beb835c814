import { paginationOptsValidator } from "convex/server";
import { ConvexError, v } from "convex/values";
import { internal } from "./_generated/api";
import { action, internalMutation, internalQuery, mutation, query } from "./_generated/server";

export const list = query({
  args: { author: v.string() },
  handler: async (ctx, { author }) => {
    const messages = await ctx.db
      .query("messages")
      .withIndex("by_author", (q) => q.eq("author", author))
      .take(1000);
    return messages.map(({ body }) => body);
  },
});

export const page = query({
  args: { author: v.string(), paginationOpts: paginationOptsValidator },
  handler: async (ctx, { author, paginationOpts }) =>
    ctx.db
      .query("messages")
      .withIndex("by_author_and_body", (q) => q.eq("author", author))
      .paginate(paginationOpts),
});

export const send = mutation({
  args: { author: v.string(), body: v.string() },
  handler: async (ctx, { author, body }) => {
    console.log("sending", body);
    return ctx.db.insert("messages", { author, body });
  },
});

export const refuse = mutation({
  args: { author: v.string() },
  handler: async (ctx, { author }) => {
    await ctx.db.insert("messages", { author, body: "rolled back" });
    throw new ConvexError({ code: "refused", author });
  },
});

export const refuseToRead = query({
  args: {},
  handler: () => {
    throw new ConvexError({ code: "unreadable" });
  },
});

export const echo = query({ args: { value: v.any() }, handler: (_ctx, { value }) => value as unknown });

export const sendLater = mutation({
  args: { author: v.string(), body: v.string(), delayMs: v.optional(v.number()) },
  handler: async (ctx, { delayMs = 0, ...message }) => {
    await ctx.scheduler.runAfter(delayMs, internal.messages.sendInternally, message);
  },
});

export const sendInternally = internalMutation({
  args: { author: v.string(), body: v.string() },
  handler: async (ctx, args) => {
    await ctx.db.insert("messages", args);
  },
});

export const count = internalQuery({
  args: {},
  handler: async (ctx) => (await ctx.db.query("messages").take(1000)).length,
});

export const shout = action({
  args: { author: v.string(), body: v.string() },
  handler: async (ctx, { author, body }): Promise<string> => {
    await ctx.runMutation(internal.messages.sendInternally, { author, body: body.toUpperCase() });
    return body.toUpperCase();
  },
});

export const environment = query({
  args: { name: v.string() },
  // Not declared, because the tests set it while this runs.
  // eslint-disable-next-line @convex-dev/no-process-env
  handler: (_ctx, { name }) => process.env[name] ?? null,
});

export const whoami = query({ args: {}, handler: async (ctx) => ctx.auth.getUserIdentity() });

export const shoutSlowly = action({
  args: { author: v.string(), body: v.string(), delayMs: v.number() },
  handler: async (ctx, { author, body, delayMs }): Promise<string> => {
    await ctx.runMutation(internal.messages.sendInternally, { author, body: "started" });
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    return body.toUpperCase();
  },
});

/** Leaves behind what nobody waits for. */
export const beCareless = action({
  args: {},
  handler: () => {
    void Promise.reject(new Error("a promise that nobody awaits"));
    setTimeout(() => {
      throw new Error("a timer that throws");
    }, 0);
  },
});
