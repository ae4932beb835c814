/** The asset command: one row for a role and filename, pointing to a stored file whose hash was compared. */
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { invalidField, quoted, Refusal } from "../errors";
import type { Access, Receipt } from "../validators";
import { findAsset, toAsset, type WantedFile } from "./assets";
import { hexOfDigest } from "./digest";
import * as check from "./fieldChecks";
import { allowedJob } from "./jobStore";
import { receiptOf } from "./receipt";

const PUBLIC_ROLES: ReadonlySet<string> = new Set(["output", "mask", "preview", "thumbnail"]);

type AskedAsset = { role: string; filename: string; storageId: string; sha256: string; public: boolean };
type StoredFile = { storageId: Id<"_storage">; contentType: string | null; bytes: number; sha256: string };

function filename(field: string, value: unknown): string {
  const checked = check.text(field, value, { max: 512 });
  if (checked.includes("/")) throw invalidField(field, "contains a slash; give the name without its folder");
  return checked;
}

function sha256(field: string, value: unknown): string {
  if (typeof value === "string" && /^[0-9a-f]{64}$/.test(value)) return value;
  throw invalidField(field, "must be the file's SHA-256 as 64 lower-case hex digits");
}

function parseAsset(fields: Record<string, unknown>): AskedAsset {
  const role = check.identifier("role", fields.role);
  return {
    role,
    filename: filename("filename", fields.filename),
    storageId: check.name("storageId", fields.storageId),
    sha256: sha256("sha256", fields.sha256),
    public: check.flag("public", fields.public ?? PUBLIC_ROLES.has(role)),
  };
}

const MOST_FILES = 500;

/** The files that upload URLs are asked for, held to the same rules as when they will be registered. */
export function parseWantedFiles(files: WantedFile[]): WantedFile[] {
  if (files.length < 1 || files.length > MOST_FILES) {
    throw invalidField("files", `has ${files.length} files; ask for 1 to ${MOST_FILES} at once`);
  }
  return files.map((file, index) => ({
    role: check.identifier(`files.${index}.role`, file.role),
    filename: filename(`files.${index}.filename`, file.filename),
    ...(file.sha256 !== undefined && { sha256: sha256(`files.${index}.sha256`, file.sha256) }),
  }));
}

export async function applyAsset(
  ctx: MutationCtx,
  access: Access,
  fields: Record<string, unknown> & { attempt?: number },
  now: number,
): Promise<Receipt> {
  const asked = parseAsset(fields);
  const job = await allowedJob(ctx, access, check.identifier("jobId", fields.jobId));
  if (fields.attempt !== undefined && fields.attempt < job.attempt) return receiptOf(job, "stale");
  const file = await storedFile(ctx, asked);
  const existing = await findAsset(ctx, job._id, asked.role, asked.filename);
  await assertNotShared(ctx, file.storageId, existing);
  const row = { role: asked.role, filename: asked.filename, public: asked.public, ...file };
  const isSameFile = existing?.storageId === file.storageId;
  const isUnchanged = isSameFile && existing.public === asked.public;
  const createdAt = isSameFile ? existing.createdAt : now;
  if (!isUnchanged) await replace(ctx, existing, { job: job._id, ...row, createdAt });
  const asset = await toAsset(ctx, job.jobId, { ...row, createdAt });
  return { ...receiptOf(job, isUnchanged ? "unchanged" : "applied"), asset };
}

/** Size, hash and type come from the file itself: what the caller says about it is only compared. */
async function storedFile(ctx: MutationCtx, asked: AskedAsset): Promise<StoredFile> {
  const storageId = ctx.db.system.normalizeId("_storage", asked.storageId);
  const file = storageId === null ? null : await ctx.db.system.get("_storage", storageId);
  if (storageId === null || file === null) {
    throw new Refusal(
      "file_not_found",
      `storageId ${quoted(asked.storageId)} is no stored file; upload it again`,
      {
        field: "storageId",
      },
    );
  }
  const actual = hexOfDigest(file.sha256);
  if (actual !== asked.sha256) {
    throw new Refusal(
      "file_mismatch",
      `the stored file has sha256 ${actual}; upload ${quoted(asked.filename)} again`,
      {
        field: "sha256",
      },
    );
  }
  return { storageId, contentType: file.contentType ?? null, bytes: file.size, sha256: actual };
}

async function assertNotShared(
  ctx: MutationCtx,
  storageId: Id<"_storage">,
  existing: Doc<"jobAssets"> | null,
) {
  const user = await ctx.db
    .query("jobAssets")
    .withIndex("by_storageId", (q) => q.eq("storageId", storageId))
    .unique();
  if (user === null || user._id === existing?._id) return;
  throw invalidField("storageId", "is already the file of another asset; upload the file once for each");
}

async function replace(
  ctx: MutationCtx,
  existing: Doc<"jobAssets"> | null,
  row: Omit<Doc<"jobAssets">, "_id" | "_creationTime">,
) {
  if (existing === null) {
    await ctx.db.insert("jobAssets", row);
    return;
  }
  await ctx.db.replace("jobAssets", existing._id, row);
  if (existing.storageId !== row.storageId) await ctx.storage.delete(existing.storageId);
}
