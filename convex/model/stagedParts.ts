/** A file that goes up in parts: what has arrived is staged, so that whoever begins again sends only the rest. */
import { invalidField } from "../errors";
import type { Doc, Id, MutationCtx } from "../server";
import { findAsset } from "./assets";
import * as check from "./fieldChecks";
import { filename } from "./filename";
import type { Reader } from "./jobStore";
import { assertUnused, deleteUnused, sha256, storedFile } from "./storedFile";
import { discard } from "./uploadRemoval";

/** Rows of so many parts can be read in one transaction, and their hashes sent in one call. */
export const MOST_PARTS = 4000;
const MOST_AT_ONCE = 100;

type WantedPart = { index: number; sha256: string };
type StoredPart = WantedPart & { storageId: string };

export type Staging = {
  role: string;
  filename: string;
  partCount: number;
  stored: StoredPart[];
  wanted: WantedPart[];
};

export type PartTarget = { kind: "upload"; url: string } | { kind: "staged" };

export function partCount(field: string, value: unknown): number {
  const count = check.number(field, value, MOST_PARTS, 1);
  if (Number.isInteger(count)) return count;
  throw invalidField(field, "must be a whole number");
}

function assertStaging({ role, filename: name, partCount: count, stored, wanted }: Staging) {
  check.identifier("role", role);
  filename("filename", name);
  partCount("partCount", count);
  for (const [field, parts] of Object.entries({ stored, wanted })) {
    if (parts.length > MOST_AT_ONCE) {
      throw invalidField(field, `has ${parts.length} parts; give at most ${MOST_AT_ONCE} at once`);
    }
    for (const [at, part] of parts.entries()) {
      sha256(`${field}.${at}.sha256`, part.sha256);
      if (Number.isInteger(part.index) && part.index >= 0 && part.index < count) continue;
      throw invalidField(`${field}.${at}.index`, `must be a whole number below ${count}`);
    }
  }
}

/** Keeps the parts that have arrived; answers for each wanted one where to send it, or that it is there. */
export async function stageParts(ctx: MutationCtx, job: Doc<"jobs">, staging: Staging, now: number) {
  assertStaging(staging);
  const upload = await stagedUpload(ctx, job, staging, now);
  for (const [at, part] of staging.stored.entries()) await stage(ctx, job, upload, at, part);
  const asset = await findAsset(ctx, job._id, staging.role, staging.filename);
  const targets: PartTarget[] = [];
  for (const part of staging.wanted) targets.push(await target(ctx, upload, asset?.upload ?? null, part));
  return targets;
}

const TOUCH_EVERY_MS = 60 * 60 * 1000;

/** The upload under way for this name; one in other parts was of another file, or is not gone on with. */
async function stagedUpload(
  ctx: MutationCtx,
  job: Doc<"jobs">,
  { role, filename, partCount }: Staging,
  now: number,
): Promise<Id<"jobUploads">> {
  const existing = await findStaged(ctx, job._id, role, filename);
  if (existing !== null && existing.partCount === partCount) {
    const isFresh = now - existing.touchedAt < TOUCH_EVERY_MS;
    if (!isFresh) await ctx.db.patch("jobUploads", existing._id, { touchedAt: now });
    return existing._id;
  }
  if (existing !== null) await discard(ctx, existing._id);
  const named = { job: job._id, role, filename, partCount };
  return await ctx.db.insert("jobUploads", { ...named, isStaged: true, touchedAt: now });
}

export function findStaged(
  { db }: Reader,
  job: Id<"jobs">,
  role: string,
  filename: string,
): Promise<Doc<"jobUploads"> | null> {
  return db
    .query("jobUploads")
    .withIndex("by_job_isStaged_role_filename", (q) =>
      q.eq("job", job).eq("isStaged", true).eq("role", role).eq("filename", filename),
    )
    .unique();
}

function findPart({ db }: Reader, upload: Id<"jobUploads">, index: number): Promise<Doc<"jobParts"> | null> {
  return db
    .query("jobParts")
    .withIndex("by_upload_index", (q) => q.eq("upload", upload).eq("index", index))
    .unique();
}

async function stage(
  ctx: MutationCtx,
  job: Doc<"jobs">,
  upload: Id<"jobUploads">,
  at: number,
  part: StoredPart,
) {
  const { storageId, bytes, sha256 } = await storedFile(ctx, `stored.${at}.`, part);
  const existing = await findPart(ctx, upload, part.index);
  if (existing?.storageId === storageId) return;
  await assertUnused(ctx, `stored.${at}.storageId`, storageId);
  await putPart(ctx, existing, { job: job._id, upload, index: part.index, storageId, bytes, sha256 });
}

type NewPart = Omit<Doc<"jobParts">, "_id" | "_creationTime">;

async function putPart(ctx: MutationCtx, existing: Doc<"jobParts"> | null, part: NewPart) {
  if (existing === null) {
    await ctx.db.insert("jobParts", part);
    return;
  }
  await ctx.db.replace("jobParts", existing._id, part);
  await deleteUnused(ctx, existing.storageId);
}

/** What the asset of that name has at the same place is taken over instead of being sent again. */
async function target(
  ctx: MutationCtx,
  upload: Id<"jobUploads">,
  current: Id<"jobUploads"> | null,
  { index, sha256 }: WantedPart,
): Promise<PartTarget> {
  const staged = await findPart(ctx, upload, index);
  if (staged?.sha256 === sha256) return { kind: "staged" };
  const kept = current === null ? null : await findPart(ctx, current, index);
  if (kept?.sha256 !== sha256) return { kind: "upload", url: await ctx.storage.generateUploadUrl() };
  const { job, storageId, bytes } = kept;
  await putPart(ctx, staged, { job, upload, index, storageId, bytes, sha256 });
  return { kind: "staged" };
}
