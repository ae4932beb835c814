import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { mutation, query } from "./access";
import { applyCommand } from "./model/command";
import { listEvents } from "./model/events";
import { allowedJob } from "./model/jobStore";
import { encoded, eventRecord, receipt } from "./validators";

/** Appends an event. Without an `eventId` of the caller's a repeated call appends another one. */
export const record = mutation({
  scope: "write",
  args: {
    jobId: v.string(),
    event: v.string(),
    eventId: v.optional(v.string()),
    level: v.optional(v.string()),
    payload: v.optional(encoded),
    time: v.optional(v.number()),
    attempt: v.optional(v.number()),
  },
  returns: receipt,
  handler: (ctx, args) =>
    applyCommand(ctx, ctx.access, { kind: "event", eventId: crypto.randomUUID(), ...args }, Date.now()),
});

/** Oldest first, unless `newestFirst`. */
export const list = query({
  scope: "read",
  args: { jobId: v.string(), newestFirst: v.optional(v.boolean()), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(eventRecord),
  handler: async (ctx, { jobId, newestFirst, paginationOpts }) => {
    const order = newestFirst === true ? "desc" : "asc";
    return listEvents(ctx, await allowedJob(ctx, ctx.access, jobId), order, paginationOpts);
  },
});
