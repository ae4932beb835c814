/** Removing a job: it is gone at once, and what may be much of it in batches after that. */
import { invalidField } from "../errors";
import { internal } from "../internals";
import type { Doc, Id, MutationCtx } from "../server";
import { removeAttempts } from "./attempts";
import type { JobWriter } from "./countChanges";
import { findDetails, findProgress } from "./jobStore";
import { indexTags } from "./jobTags";
import { paging } from "./paging";
import { removeShares } from "./shares";
import { removeSpills } from "./spilledValues";
import { deleteUnused } from "./storedFile";
import { removeParts } from "./uploadRemoval";

const ASSETS_AT_ONCE = 50;
const EVENTS_AT_ONCE = 250;
// An event may have almost a mebibyte, and a transaction may read sixteen.
const EVENT_BYTES_AT_ONCE = 4 * 1024 * 1024;

export function assertRemovable({ state }: Doc<"jobs">): void {
  if (state === "running") throw invalidField("jobId", "names a job that is running; cancel it first");
}

/** The caller has asked whether it may be. */
export async function removeJob(ctx: JobWriter, job: Doc<"jobs">) {
  const [progress, details] = await Promise.all([findProgress(ctx, job._id), findDetails(ctx, job._id)]);
  if (progress !== null) await ctx.db.delete("jobProgress", progress._id);
  if (details !== null) await ctx.db.delete("jobDetails", details._id);
  await removeShares(ctx, job._id, Infinity);
  await indexTags(ctx, job._id, job.tags, { ...job, tags: [] });
  ctx.counts.add(job, null);
  await ctx.db.delete("jobs", job._id);
  await ctx.scheduler.runAfter(0, internal.removals.belongings, { job: job._id });
}

/** Removes some of what belonged to a job that is gone; answers whether that was all. */
export async function removeBelongings(ctx: MutationCtx, job: Id<"jobs">): Promise<boolean> {
  const removals = [removeAssets, removeUploads, removeSpills, removeEvents, removeAttempts];
  for (const remove of removals) if (!(await remove(ctx, job))) return false;
  return true;
}

async function removeAssets(ctx: MutationCtx, job: Id<"jobs">): Promise<boolean> {
  const assets = await ctx.db
    .query("jobAssets")
    .withIndex("by_job_role_filename", (q) => q.eq("job", job))
    .take(ASSETS_AT_ONCE);
  for (const { _id, storageId } of assets) {
    await ctx.db.delete("jobAssets", _id);
    if (storageId !== null) await deleteUnused(ctx, storageId);
  }
  return assets.length < ASSETS_AT_ONCE;
}

/** Staged or finished, one at a time: each may have thousands of parts. */
async function removeUploads(ctx: MutationCtx, job: Id<"jobs">): Promise<boolean> {
  const upload = await ctx.db
    .query("jobUploads")
    .withIndex("by_job_isStaged_role_filename", (q) => q.eq("job", job))
    .first();
  if (upload === null) return true;
  await removeParts(ctx, upload._id);
  return false;
}

async function removeEvents({ db }: MutationCtx, job: Id<"jobs">): Promise<boolean> {
  const { page, isDone } = await paging(db)
    .query("jobEvents")
    .withIndex("by_job_time", (q) => q.eq("job", job))
    .paginate({ cursor: null, numItems: EVENTS_AT_ONCE, maximumBytesRead: EVENT_BYTES_AT_ONCE });
  for (const { _id } of page) await db.delete("jobEvents", _id);
  return isDone;
}
