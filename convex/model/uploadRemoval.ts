/** Uploads in parts that are no longer of use: replaced by another one, or never finished. */
import { internal } from "../internals";
import type { Id, MutationCtx } from "../server";
import { deleteUnused } from "./storedFile";

/** Gives up an upload: its parts go in batches, except those that another one has too. */
export async function discard(ctx: MutationCtx, upload: Id<"jobUploads">) {
  await ctx.db.patch("jobUploads", upload, { isStaged: false });
  await ctx.scheduler.runAfter(0, internal.uploads.discard, { upload });
}

const PARTS_AT_ONCE = 100;

/** Removes some parts of an upload, and the upload after the last; answers whether it is gone. */
export async function removeParts(ctx: MutationCtx, upload: Id<"jobUploads">): Promise<boolean> {
  const parts = await ctx.db
    .query("jobParts")
    .withIndex("by_upload_index", (q) => q.eq("upload", upload))
    .take(PARTS_AT_ONCE);
  for (const { _id, storageId } of parts) {
    await ctx.db.delete("jobParts", _id);
    await deleteUnused(ctx, storageId);
  }
  if (parts.length === PARTS_AT_ONCE) return false;
  if ((await ctx.db.get("jobUploads", upload)) !== null) await ctx.db.delete("jobUploads", upload);
  return true;
}

const ABANDONED_AFTER_MS = 7 * 24 * 60 * 60 * 1000;
const UPLOADS_AT_ONCE = 100;

/** Gives up uploads that nobody has gone on with for a week. */
export async function discardAbandoned(ctx: MutationCtx, now: number): Promise<boolean> {
  const uploads = await ctx.db
    .query("jobUploads")
    .withIndex("by_isStaged_touchedAt", (q) =>
      q.eq("isStaged", true).lt("touchedAt", now - ABANDONED_AFTER_MS),
    )
    .take(UPLOADS_AT_ONCE);
  for (const { _id } of uploads) await discard(ctx, _id);
  return uploads.length < UPLOADS_AT_ONCE;
}
