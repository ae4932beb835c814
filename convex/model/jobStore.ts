/** Where the documents of a job are found. */
import { quoted, Refusal } from "../errors";
import type { Doc, Id, QueryCtx } from "../server";
import type { Access } from "../validators";
import { assertMayName, assertMaySee } from "./limits";

export type Reader = Pick<QueryCtx, "db">;

export function findJob({ db }: Reader, jobId: string): Promise<Doc<"jobs"> | null> {
  return db
    .query("jobs")
    .withIndex("by_jobId", (q) => q.eq("jobId", jobId))
    .unique();
}

export function findProgress({ db }: Reader, job: Id<"jobs">): Promise<Doc<"jobProgress"> | null> {
  return db
    .query("jobProgress")
    .withIndex("by_job", (q) => q.eq("job", job))
    .unique();
}

export function findDetails({ db }: Reader, job: Id<"jobs">): Promise<Doc<"jobDetails"> | null> {
  return db
    .query("jobDetails")
    .withIndex("by_job", (q) => q.eq("job", job))
    .unique();
}

/** The job if there is one; refused if this caller may not know. */
export async function findAllowedJob(
  ctx: Reader,
  access: Access,
  jobId: string,
): Promise<Doc<"jobs"> | null> {
  assertMayName(access, jobId);
  const job = await findJob(ctx, jobId);
  assertMaySee(access, job);
  return job;
}

export async function allowedJob(ctx: Reader, access: Access, jobId: string): Promise<Doc<"jobs">> {
  const job = await findAllowedJob(ctx, access, jobId);
  if (job !== null) return job;
  throw new Refusal("job_not_found", `there is no job ${quoted(jobId)}; create it with an upsert first`, {
    field: "jobId",
  });
}
