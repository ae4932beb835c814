/** Reading a job's events. */
import type { PaginationOptions, PaginationResult } from "convex/server";
import type { Doc, QueryCtx } from "../server";
import type { EventRecord } from "../validators";
import { paging } from "./paging";
import { withFileUrls } from "./spilledValues";

// An event may have almost a mebibyte, and a query may read sixteen: a page of large ones ends early.
const MOST_BYTES_READ = 8 * 1024 * 1024;

export async function listEvents(
  { db, storage }: Pick<QueryCtx, "db" | "storage">,
  job: Doc<"jobs">,
  order: "asc" | "desc",
  options: PaginationOptions,
): Promise<PaginationResult<EventRecord>> {
  const result = await paging(db)
    .query("jobEvents")
    .withIndex("by_job_time", (q) => q.eq("job", job._id))
    .order(order)
    .paginate({ ...options, maximumBytesRead: MOST_BYTES_READ });
  const rows = await Promise.all(result.page.map((row) => withFileUrls({ storage }, row)));
  return { ...result, page: rows.map((row) => toEvent(job.jobId, row)) };
}

function toEvent(jobId: string, { eventId, event, level, payload, time }: Doc<"jobEvents">): EventRecord {
  return {
    jobId,
    eventId,
    event,
    level,
    time,
    ...(payload !== undefined && { payload: payload as unknown }),
  };
}
