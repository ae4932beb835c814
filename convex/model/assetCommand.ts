/** The asset command: one row for a role and filename, pointing to a stored file whose hash was compared. */
import { invalidField, quoted, Refusal } from "../errors";
import type { Doc, MutationCtx } from "../server";
import type { Access, Receipt } from "../validators";
import { findAsset, toAsset, type WantedFile } from "./assets";
import * as check from "./fieldChecks";
import { filename } from "./filename";
import { allowedJob } from "./jobStore";
import { type AskedParts, finishUpload } from "./partedAsset";
import { receiptOf } from "./receipt";
import { partCount } from "./stagedParts";
import { assertUnused, deleteUnused, sha256, storedFile } from "./storedFile";
import { discard } from "./uploadRemoval";

const PUBLIC_ROLES: ReadonlySet<string> = new Set(["output", "mask", "preview", "thumbnail"]);

type AskedAsset = { role: string; filename: string; sha256: string; public: boolean; parts?: AskedParts };
type Content = Pick<
  Doc<"jobAssets">,
  "storageId" | "contentType" | "bytes" | "sha256" | "upload" | "partCount"
>;

function parseAsset(fields: Record<string, unknown>): AskedAsset {
  const role = check.identifier("role", fields.role);
  return {
    role,
    filename: filename("filename", fields.filename),
    sha256: sha256("sha256", fields.sha256),
    public: check.flag("public", fields.public ?? PUBLIC_ROLES.has(role)),
    ...(fields.parts !== undefined && { parts: askedParts(fields.parts) }),
  };
}

function askedParts(value: unknown): AskedParts {
  const { count, sha256: hash } = check.object("parts", value);
  return { count: partCount("parts.count", count), sha256: sha256("parts.sha256", hash) };
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
  const existing = await findAsset(ctx, job._id, asked.role, asked.filename);
  const content = await contentOf(ctx, job, existing, asked, fields.storageId);
  const isSameFile = existing !== null && isSameContent(existing, content);
  const isUnchanged = isSameFile && existing.public === asked.public;
  const createdAt = isSameFile ? existing.createdAt : now;
  const row = { role: asked.role, filename: asked.filename, public: asked.public, ...content, createdAt };
  if (!isUnchanged) await replace(ctx, existing, { job: job._id, ...row });
  const asset = await toAsset(ctx, job.jobId, row);
  return { ...receiptOf(job, isUnchanged ? "unchanged" : "applied"), asset };
}

/** One stored file, the staged parts, or without either what the asset has already. */
async function contentOf(
  ctx: MutationCtx,
  job: Doc<"jobs">,
  existing: Doc<"jobAssets"> | null,
  asked: AskedAsset,
  storageId: unknown,
): Promise<Content> {
  if (storageId !== undefined) {
    const file = await storedFile(ctx, "", { storageId, sha256: asked.sha256 });
    await assertUnused(ctx, "storageId", file.storageId, existing?._id);
    return file;
  }
  if (existing?.sha256 === asked.sha256) return contentFields(existing);
  if (asked.parts === undefined) throw notThere(asked);
  const whole = await finishUpload(ctx, job._id, asked, asked.parts);
  return { storageId: null, sha256: asked.sha256, ...whole };
}

function contentFields({ storageId, contentType, bytes, sha256, upload, partCount }: Content): Content {
  const inParts = upload !== undefined && partCount !== undefined ? { upload, partCount } : {};
  return { storageId, contentType, bytes, sha256, ...inParts };
}

function notThere({ filename, sha256 }: AskedAsset): Refusal {
  const problem = `storageId is missing, and ${quoted(filename)} is not there with sha256 ${sha256}`;
  return new Refusal("file_not_found", `${problem}; upload it`, { field: "storageId" });
}

function isSameContent(existing: Content, content: Content): boolean {
  return existing.storageId === content.storageId && existing.upload === content.upload;
}

type NewAsset = Omit<Doc<"jobAssets">, "_id" | "_creationTime">;

async function replace(ctx: MutationCtx, existing: Doc<"jobAssets"> | null, row: NewAsset) {
  if (existing === null) {
    await ctx.db.insert("jobAssets", row);
    return;
  }
  await ctx.db.replace("jobAssets", existing._id, row);
  if (isSameContent(existing, row)) return;
  if (existing.storageId !== null) await deleteUnused(ctx, existing.storageId);
  if (existing.upload !== undefined) await discard(ctx, existing.upload);
}
