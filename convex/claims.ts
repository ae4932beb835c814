import { v } from "convex/values";
import { mutation, query } from "./access";
import { headOfQueue } from "./model/claim";
import { applyCommand } from "./model/command";
import * as check from "./model/fieldChecks";
import { nothingReady, receipt, waitingJob } from "./validators";

/** Starts the job of a type that has been ready for longest, and answers which one that is. */
export const claim = mutation({
  scope: "write",
  args: { type: v.string(), leaseMs: v.number() },
  returns: v.union(receipt, nothingReady),
  handler: (ctx, args) => applyCommand(ctx, ctx.access, { kind: "claim", ...args }, Date.now()),
});

/** What a worker follows: it changes whenever there may be something new to claim. */
export const waiting = query({
  scope: "read",
  args: { type: v.string() },
  returns: v.union(waitingJob, v.null()),
  handler: (ctx, { type }) => headOfQueue(ctx, { type: check.name("type", type), limits: ctx.access.limits }),
});
