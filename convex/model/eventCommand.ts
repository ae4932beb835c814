/** The event command: append one, unless it is there already. Late ones are kept, and said to be late. */
import type { Doc, MutationCtx } from "../server";
import type { Access, Receipt } from "../validators";
import * as check from "./fieldChecks";
import { allowedJob } from "./jobStore";
import { receiptOf } from "./receipt";
import { assertFits } from "./size";
import { changeFiles, largeValue, withCheckedFiles } from "./spilledValues";

export const LEVELS = ["debug", "info", "warning", "error"] as const;

type NewEvent = Omit<Doc<"jobEvents">, "_id" | "_creationTime" | "job">;

function parseEvent(fields: Record<string, unknown>, now: number): NewEvent {
  const payload = fields.payload ?? undefined;
  if (payload !== undefined) assertFits({ payload: largeValue("payload", payload) });
  return {
    eventId: check.text("eventId", fields.eventId, { max: 64 }),
    event: check.text("event", fields.event, { max: 100 }),
    level: check.oneOf("level", fields.level ?? "info", LEVELS),
    time: check.time("time", fields.time ?? now),
    ...(payload !== undefined && { payload }),
  };
}

export async function applyEvent(
  ctx: MutationCtx,
  access: Access,
  fields: Record<string, unknown> & { attempt?: number },
  now: number,
): Promise<Receipt> {
  const event = parseEvent(fields, now);
  const job = await allowedJob(ctx, access, check.identifier("jobId", fields.jobId));
  const isOlder = fields.attempt !== undefined && fields.attempt < job.attempt;
  const existing = await ctx.db
    .query("jobEvents")
    .withIndex("by_job_eventId", (q) => q.eq("job", job._id).eq("eventId", event.eventId))
    .unique();
  if (existing !== null) return receiptOf(job, "unchanged");
  const { cold, files } = await withCheckedFiles(ctx, null, { payload: event.payload as unknown });
  await ctx.db.insert("jobEvents", { job: job._id, ...event, ...cold });
  await changeFiles(ctx, job._id, files);
  return receiptOf(job, isOlder ? "stale" : "applied");
}
