/** How far several jobs are, for a page that has them in a list. */
import { invalidField } from "../errors";
import type { Access, JobProgress } from "../validators";
import { findJob, findProgress, type Reader } from "./jobStore";
import { progressOf } from "./jobView";
import { isWithinLimits } from "./limits";

// As many as a page of a list has.
const MOST_JOBS = 200;

/** In the order of the ids; without the jobs that do not exist, or are not for this caller. */
export async function progressOfJobs(ctx: Reader, access: Access, jobIds: string[]): Promise<JobProgress[]> {
  if (jobIds.length > MOST_JOBS) {
    throw invalidField("jobIds", `has ${jobIds.length} ids; ask for at most ${MOST_JOBS} at once`);
  }
  const rows = await Promise.all(jobIds.map((jobId) => progressRow(ctx, access, jobId)));
  return rows.filter((row) => row !== null);
}

async function progressRow(ctx: Reader, access: Access, jobId: string): Promise<JobProgress | null> {
  const job = await findJob(ctx, jobId);
  if (job === null || !isWithinLimits(access.limits, job)) return null;
  return { jobId, ...progressOf(await findProgress(ctx, job._id)) };
}
