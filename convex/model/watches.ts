/** Who looks at what: so that writers are quick exactly where somebody sees it. */
import type { MutationCtx } from "../server";
import type { Access } from "../validators";
import * as check from "./fieldChecks";
import { findJob, type Reader } from "./jobStore";
import { assertScope } from "./limits";
import { isShown } from "./publicView";

export const WATCH_MS = 30_000;
// Watchers repeat themselves every 20 seconds; one that finds more than that left has nothing to add.
const ENOUGH_LEFT_MS = 25_000;
const WATCHES_AT_ONCE = 1000;

/** A job that is not there, or not for this caller, is not watched; which of the two it is, is not told. */
export async function watchJob(ctx: MutationCtx, access: Access, jobId: string, now: number) {
  const job = await findJob(ctx, check.identifier("jobId", jobId));
  if (job !== null && (await isShown(ctx, access, job))) await extend(ctx, jobId, now);
}

export async function watchLists(ctx: MutationCtx, access: Access, now: number) {
  assertScope(access, "read");
  await extend(ctx, undefined, now);
}

async function extend(ctx: MutationCtx, jobId: string | undefined, now: number) {
  const watch = await findWatch(ctx, jobId);
  const update = { expiresAt: now + WATCH_MS };
  if (watch === null) await ctx.db.insert("watches", { ...update, ...(jobId !== undefined && { jobId }) });
  else if (watch.expiresAt < now + ENOUGH_LEFT_MS) await ctx.db.patch("watches", watch._id, update);
}

function findWatch({ db }: Reader, jobId: string | undefined) {
  return db
    .query("watches")
    .withIndex("by_jobId", (q) => q.eq("jobId", jobId))
    .unique();
}

/** Whether somebody looks at lists or at one of these jobs. */
export async function isWatched(ctx: Reader, jobIds: Iterable<string>, now: number): Promise<boolean> {
  const watches = await Promise.all([undefined, ...new Set(jobIds)].map((jobId) => findWatch(ctx, jobId)));
  return watches.some((watch) => watch !== null && watch.expiresAt > now);
}

/** Removes some of the watches that are over; answers whether those were all. */
export async function removeExpiredWatches({ db }: Pick<MutationCtx, "db">, now: number): Promise<boolean> {
  const expired = await db
    .query("watches")
    .withIndex("by_expiresAt", (q) => q.lt("expiresAt", now))
    .take(WATCHES_AT_ONCE);
  await Promise.all(expired.map(({ _id }) => db.delete("watches", _id)));
  return expired.length < WATCHES_AT_ONCE;
}
