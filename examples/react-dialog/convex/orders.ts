/** What the page asks for. It does not say who does the work: an action here and now, or a worker of the pool. */
import { v } from "convex/values";
import { api } from "./_generated/api";
import { action } from "./_generated/server";

export const place = action({
  args: { prompt: v.string(), jobId: v.string() },
  returns: v.null(),
  handler: async (ctx, order): Promise<null> => {
    if (process.env.STYLE_WORKERS === "on") await ctx.runMutation(api.styleWorkers.request, order);
    else await ctx.runAction(api.styles.generate, order);
    return null;
  },
});
