/** Files in storage, before something here points to them. What the caller says of one is only compared. */
import { invalidField, quoted, Refusal } from "../errors";
import type { Id, MutationCtx } from "../server";
import { hexOfDigest } from "./digest";
import * as check from "./fieldChecks";
import type { Reader } from "./jobStore";

export type StoredFile = {
  storageId: Id<"_storage">;
  contentType: string | null;
  bytes: number;
  sha256: string;
};

export function sha256(field: string, value: unknown): string {
  if (typeof value === "string" && /^[0-9a-f]{64}$/.test(value)) return value;
  throw invalidField(field, "must be a SHA-256 as 64 lower-case hex digits");
}

/** Size, hash and type come from the file itself. */
export async function storedFile(
  ctx: Reader,
  field: string,
  asked: { storageId: unknown; sha256: unknown },
): Promise<StoredFile> {
  const id = check.name(`${field}storageId`, asked.storageId);
  const claimed = sha256(`${field}sha256`, asked.sha256);
  const storageId = ctx.db.system.normalizeId("_storage", id);
  const file = storageId === null ? null : await ctx.db.system.get("_storage", storageId);
  if (storageId === null || file === null) {
    throw new Refusal("file_not_found", `storageId ${quoted(id)} is no stored file; upload it again`, {
      field: `${field}storageId`,
    });
  }
  const actual = hexOfDigest(file.sha256);
  if (actual !== claimed) {
    throw new Refusal("file_mismatch", `the stored file has sha256 ${actual}; upload it again`, {
      field: `${field}sha256`,
    });
  }
  return { storageId, contentType: file.contentType ?? null, bytes: file.size, sha256: actual };
}

type Owner = Id<"jobAssets"> | Id<"jobParts"> | Id<"jobSpills">;

/** Every row that points to a file, whichever table it is in. */
async function ownersOf({ db }: Reader, storageId: Id<"_storage">): Promise<Owner[]> {
  const asset = await db
    .query("jobAssets")
    .withIndex("by_storageId", (q) => q.eq("storageId", storageId))
    .first();
  const parts = await db
    .query("jobParts")
    .withIndex("by_storageId", (q) => q.eq("storageId", storageId))
    .take(2);
  const spill = await db
    .query("jobSpills")
    .withIndex("by_storageId", (q) => q.eq("storageId", storageId))
    .first();
  return [asset, spill, ...parts].flatMap((row) => (row === null ? [] : [row._id]));
}

export async function isUsed(ctx: Reader, storageId: Id<"_storage">): Promise<boolean> {
  return (await ownersOf(ctx, storageId)).length > 0;
}

/** A file belongs to one thing, so that whoever replaces that cannot delete what another one shows. */
export async function assertUnused(ctx: Reader, field: string, storageId: Id<"_storage">, owner?: Owner) {
  const others = (await ownersOf(ctx, storageId)).filter((id) => id !== owner);
  if (others.length === 0) return;
  throw invalidField(field, "is already the file of something else; upload the file once for each");
}

/** Deletes a file that nothing points to any more; somebody may have done so by hand. */
export async function deleteUnused(ctx: MutationCtx, storageId: Id<"_storage">) {
  if (await isUsed(ctx, storageId)) return;
  if ((await ctx.db.system.get("_storage", storageId)) !== null) await ctx.storage.delete(storageId);
}
