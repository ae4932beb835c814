/** Reading a job's assets, and where to upload new ones. */
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import type { Asset } from "../validators";
import type { Reader } from "./jobStore";

const MOST_LISTED = 1000;

type AssetRow = Omit<Doc<"jobAssets">, "_id" | "_creationTime" | "job">;

export function findAsset(
  { db }: Reader,
  job: Id<"jobs">,
  role: string,
  filename: string,
): Promise<Doc<"jobAssets"> | null> {
  return db
    .query("jobAssets")
    .withIndex("by_job_role_filename", (q) => q.eq("job", job).eq("role", role).eq("filename", filename))
    .unique();
}

export function assetRows({ db }: Reader, job: Id<"jobs">): Promise<Doc<"jobAssets">[]> {
  return db
    .query("jobAssets")
    .withIndex("by_job_role_filename", (q) => q.eq("job", job))
    .take(MOST_LISTED);
}

export async function toAsset(ctx: Pick<QueryCtx, "storage">, jobId: string, row: AssetRow): Promise<Asset> {
  const { role, filename, storageId, contentType, bytes, sha256, public: isPublic, createdAt } = row;
  const url = await ctx.storage.getUrl(storageId);
  return { jobId, role, filename, storageId, url, contentType, bytes, sha256, public: isPublic, createdAt };
}

export async function listAssets(ctx: QueryCtx, job: Doc<"jobs">): Promise<Asset[]> {
  const rows = await assetRows(ctx, job._id);
  return await Promise.all(rows.map((row) => toAsset(ctx, job.jobId, row)));
}

export type WantedFile = { role: string; filename: string; sha256?: string };
export type UploadTarget = { kind: "upload"; url: string } | { kind: "present"; asset: Asset };

/** Nothing is uploaded twice: a file that is already there under its name, with its hash, is answered instead. */
export async function uploadTarget(
  ctx: MutationCtx,
  job: Doc<"jobs">,
  wanted: WantedFile,
): Promise<UploadTarget> {
  const row =
    wanted.sha256 === undefined ? null : await findAsset(ctx, job._id, wanted.role, wanted.filename);
  if (row === null || row.sha256 !== wanted.sha256) {
    return { kind: "upload", url: await ctx.storage.generateUploadUrl() };
  }
  return { kind: "present", asset: await toAsset(ctx, job.jobId, row) };
}
