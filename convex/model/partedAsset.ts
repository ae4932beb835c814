/** How staged parts become an asset's: they must be as many as the command says, with the hash of their hashes. */
import { quoted, Refusal } from "../errors";
import type { Doc, Id, MutationCtx } from "../server";
import { sha256OfDigests } from "./digest";
import type { Reader } from "./jobStore";
import { findStaged, MOST_PARTS } from "./stagedParts";

/** All parts of an upload, in their order. */
export function partsOf({ db }: Reader, upload: Id<"jobUploads">): Promise<Doc<"jobParts">[]> {
  return db
    .query("jobParts")
    .withIndex("by_upload_index", (q) => q.eq("upload", upload))
    .take(MOST_PARTS);
}

export type AskedParts = { count: number; sha256: string };
export type WholeFile = {
  upload: Id<"jobUploads">;
  partCount: number;
  bytes: number;
  contentType: string | null;
};

/** Takes the staged parts of a name, if they are those that are asked for. */
export async function finishUpload(
  ctx: MutationCtx,
  job: Id<"jobs">,
  named: { role: string; filename: string },
  asked: AskedParts,
): Promise<WholeFile> {
  const upload = await findStaged(ctx, job, named.role, named.filename);
  const parts = upload === null ? [] : await partsOf(ctx, upload._id);
  const [first] = parts;
  const isWhole = parts.length === asked.count && (await sha256OfDigests(parts)) === asked.sha256;
  if (upload === null || first === undefined || !isWhole) throw otherParts(named.filename, asked, parts);
  await ctx.db.patch("jobUploads", upload._id, { isStaged: false });
  const file = await ctx.db.system.get("_storage", first.storageId);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  return { upload: upload._id, partCount: parts.length, bytes, contentType: file?.contentType ?? null };
}

function otherParts(name: string, asked: AskedParts, parts: Doc<"jobParts">[]): Refusal {
  const found = parts.length === asked.count ? "other parts" : `${parts.length} of ${asked.count} parts`;
  return new Refusal("file_mismatch", `${found} of ${quoted(name)} are stored; upload it again`, {
    field: "parts",
  });
}
