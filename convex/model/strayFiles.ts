/** Files that were uploaded but never given to a job, as when a pipeline dies between the two. */
import type { MutationCtx } from "../_generated/server";

/** An upload URL is good for an hour; whoever used one has long told by then what it is for. */
const STRAY_AFTER_MS = 24 * 60 * 60 * 1000;
const FILES_AT_ONCE = 200;

/** Removes those among some of the files; answers where to go on, or null at the end. */
export async function sweepFiles(
  { db, storage }: MutationCtx,
  cursor: string | null,
  now: number,
): Promise<string | null> {
  const { page, isDone, continueCursor } = await db.system
    .query("_storage")
    .withIndex("by_creation_time", (q) => q.lt("_creationTime", now - STRAY_AFTER_MS))
    .paginate({ cursor, numItems: FILES_AT_ONCE });
  for (const { _id } of page) {
    const asset = await db
      .query("jobAssets")
      .withIndex("by_storageId", (q) => q.eq("storageId", _id))
      .first();
    if (asset === null) await storage.delete(_id);
  }
  return isDone ? null : continueCursor;
}
