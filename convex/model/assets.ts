/** Reading a job's assets, and where to upload new ones. */
import type { PaginationOptions, PaginationResult } from "convex/server";
import type { Doc, Id, MutationCtx, QueryCtx } from "../server";
import type { Asset, AssetPart } from "../validators";
import type { Reader } from "./jobStore";
import { pageOf } from "./pages";
import { paging } from "./paging";

const MOST_LISTED = 1000;
/** Of all assets in one answer: each is a look-up of its own, and Convex allows 4,096 of them. */
const MOST_PARTS_LISTED = 1000;

type AssetRow = Omit<Doc<"jobAssets">, "_id" | "_creationTime" | "job">;
type Storage = Pick<QueryCtx, "storage" | "db">;

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

/** The asset without its parts: they are added where there is room for them. */
export async function toAsset(ctx: Storage, jobId: string, row: AssetRow): Promise<Asset> {
  const {
    role,
    filename,
    storageId,
    contentType,
    bytes,
    sha256,
    public: isPublic,
    createdAt,
    partCount,
  } = row;
  const url = storageId === null ? null : await ctx.storage.getUrl(storageId);
  const file = { storageId, url, contentType, bytes, sha256, ...(partCount !== undefined && { partCount }) };
  return { jobId, role, filename, ...file, public: isPublic, createdAt };
}

/** Assets with the parts of as many as fit into one answer; what is left out is read with `assetParts`. */
export async function toAssets(ctx: Storage, jobId: string, rows: AssetRow[]): Promise<Asset[]> {
  let room = MOST_PARTS_LISTED;
  return await Promise.all(
    rows.map(async (row) => {
      const { upload, partCount = 0 } = row;
      const asset = await toAsset(ctx, jobId, row);
      if (upload === undefined || partCount > room) return asset;
      room -= partCount;
      const parts = await partRows(ctx, upload).take(partCount);
      return { ...asset, parts: await Promise.all(parts.map((part) => toPart(ctx, part))) };
    }),
  );
}

function partRows({ db }: { db: Pick<QueryCtx["db"], "query"> }, upload: Id<"jobUploads">) {
  return db.query("jobParts").withIndex("by_upload_index", (q) => q.eq("upload", upload));
}

async function toPart(
  { storage }: Pick<QueryCtx, "storage">,
  { storageId, bytes, sha256 }: Doc<"jobParts">,
): Promise<AssetPart> {
  return { url: await storage.getUrl(storageId), bytes, sha256 };
}

export async function listAssets(ctx: QueryCtx, job: Doc<"jobs">): Promise<Asset[]> {
  return await toAssets(ctx, job.jobId, await assetRows(ctx, job._id));
}

export type NamedAsset = { role: string; filename: string };

export async function getAsset(
  ctx: Storage,
  job: Doc<"jobs">,
  { role, filename }: NamedAsset,
): Promise<Asset | null> {
  const row = await findAsset(ctx, job._id, role, filename);
  if (row === null) return null;
  const [asset] = await toAssets(ctx, job.jobId, [row]);
  return asset ?? null;
}

/** A page of the parts of an asset, in their order; none if it is not in parts. */
export async function assetParts(
  ctx: QueryCtx,
  job: Doc<"jobs">,
  { role, filename }: NamedAsset,
  options: PaginationOptions,
): Promise<PaginationResult<AssetPart>> {
  const row = await findAsset(ctx, job._id, role, filename);
  if (row?.upload === undefined) return { page: [], isDone: true, continueCursor: "" };
  const result = await pageOf(partRows({ db: paging(ctx.db) }, row.upload), options, {
    list: "assets:parts",
    filters: { upload: row.upload },
  });
  return { ...result, page: await Promise.all(result.page.map((part) => toPart(ctx, part))) };
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
