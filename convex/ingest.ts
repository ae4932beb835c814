import { v } from "convex/values";
import { mutation } from "./access";
import { applyBatch } from "./model/batch";
import { sendAfterMs } from "./model/pace";
import { batchReceipt } from "./validators";
import { PROTOCOL } from "./version";

/**
 * Applies the commands that this writer has not sent before, and answers one receipt for each. `sendAfterMs` is how
 * long the writer may collect commands before it sends the next batch.
 */
export const apply = mutation({
  scope: "write",
  // Commands are read one by one in the model: a bad one is refused alone, and its message names the field.
  args: { writerId: v.string(), firstSeq: v.number(), commands: v.array(v.any()) },
  returns: v.object({
    protocol: v.number(),
    serverTime: v.number(),
    sendAfterMs: v.number(),
    receipts: v.array(batchReceipt),
  }),
  handler: async (ctx, batch) => {
    const serverTime = Date.now();
    const receipts = await applyBatch(ctx, ctx.access, batch, serverTime);
    const pace = await sendAfterMs(ctx, batch.commands, receipts, serverTime);
    return { protocol: PROTOCOL, serverTime, sendAfterMs: pace, receipts };
  },
});
