/** A job as its callers read it. */
import type { Doc, QueryCtx } from "../server";
import {
  detailFields,
  jobFields,
  type JobProgress,
  type JobRecord,
  type JobSummary,
  jobSummary as jobSummaryShape,
  progressFields,
} from "../validators";
import { findDetails, findProgress, type Reader } from "./jobStore";
import { leaseExpiry } from "./lease";
import { withFileUrls } from "./spilledValues";
import { decode, type Json, type JsonObject } from "./values";

type JobDocuments = {
  job: Doc<"jobs">;
  progress: Doc<"jobProgress"> | null;
  details: Doc<"jobDetails"> | null;
};

export async function jobDocuments(ctx: Reader, job: Doc<"jobs">): Promise<JobDocuments> {
  const [progress, details] = await Promise.all([findProgress(ctx, job._id), findDetails(ctx, job._id)]);
  return { job, progress, details };
}

/** The same for a reader, who is to fetch what is in a file. */
export async function shownDocuments(
  ctx: Pick<QueryCtx, "db" | "storage">,
  job: Doc<"jobs">,
): Promise<JobDocuments> {
  const { details, ...others } = await jobDocuments(ctx, job);
  return { ...others, details: details === null ? null : await withFileUrls(ctx, details) };
}

/** Each document has its own time, so that a progress tick need not touch the job. */
export function lastUpdate({ job, progress, details }: JobDocuments): number {
  return Math.max(job.updatedAt, progress?.updatedAt ?? 0, details?.updatedAt ?? 0);
}

/** Only the fields that a record has: no ids of Convex's, and nothing that only a list needs. */
function pick(document: object | null, fields: object): object {
  return Object.fromEntries(Object.entries(document ?? {}).filter(([key]) => key in fields));
}

export function jobRecord(documents: JobDocuments): JobRecord {
  const leaseExpiresAt = leaseExpiry(documents.job, documents.progress);
  const traceback = documents.details?.internal?.traceback;
  return {
    ...pick(documents.job, jobFields),
    ...pick(documents.progress, progressFields),
    ...pick(documents.details, detailFields),
    ...(leaseExpiresAt !== null && { leaseExpiresAt }),
    ...(traceback !== undefined && { errorTraceback: traceback }),
    updatedAt: lastUpdate(documents),
  } as JobRecord;
}

export function progressOf(progress: Doc<"jobProgress"> | null): Omit<JobProgress, "jobId"> {
  return pick(progress, progressFields);
}

export function jobSummary(job: Doc<"jobs">): JobSummary {
  return pick(job, jobSummaryShape.fields) as JobSummary;
}

/**
 * Plain JSON for a route: values decoded, the payload's fields at the top level, below those that are ours. A route's
 * answer is often passed on to a page, so the traceback is left out.
 */
export function plainRecord({ errorTraceback: _, ...record }: JobRecord): JsonObject {
  const { payload, ...fields } = decode(record) as JsonObject;
  return { ...(payload as Record<string, Json> | undefined), ...fields };
}
