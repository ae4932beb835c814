/** Files that were uploaded but never given to a job, as when a pipeline dies between the two. */
import type { MutationCtx } from "../server";
import { pagingOfFiles } from "./paging";
import { isUsed } from "./storedFile";

/** An upload URL is good for an hour; whoever used one has long told by then what it is for. */
const STRAY_AFTER_MS = 24 * 60 * 60 * 1000;
const FILES_AT_ONCE = 200;

/** Removes those among some of the files; answers where to go on, or null at the end. */
export async function sweepFiles(
  ctx: MutationCtx,
  cursor: string | null,
  now: number,
): Promise<string | null> {
  const { page, isDone, continueCursor } = await pagingOfFiles(ctx.db)
    .query("_storage")
    .withIndex("by_creation_time", (q) => q.lt("_creationTime", now - STRAY_AFTER_MS))
    .paginate({ cursor, numItems: FILES_AT_ONCE });
  for (const { _id } of page) {
    if (!(await isUsed(ctx, _id))) await ctx.storage.delete(_id);
  }
  return isDone ? null : continueCursor;
}
