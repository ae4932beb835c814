/**
 * Values that are too large for their document: a file holds one as plain JSON, and the document says which. The file is
 * the job's from then on, and goes when nothing in the document names it any more.
 */
import type { Id, MutationCtx, QueryCtx } from "../server";
import type { Update } from "./documentChanges";
import * as check from "./fieldChecks";
import { assertUnused, deleteUnused, sha256, storedFile } from "./storedFile";
import { fieldsOf, fileOf, inFile, isObject, type Json, type JsonObject } from "./values";

/** An encoded value, or the file that a caller says holds it; that is only looked at when it is to be stored. */
export function largeValue(field: string, value: unknown): Json {
  const file = fileOf(value);
  if (file === null) return check.encodedValue(field, value);
  return inFile({
    storageId: check.name(`${field}.storageId`, file.storageId),
    sha256: sha256(`${field}.sha256`, file.sha256),
  });
}

const LARGE = ["result", "component", "telemetry"] as const;

/** Each value that may be in a file by itself: a payload's are those of its fields. */
function largeValues(details: Update): [string, unknown][] {
  const { payload } = details;
  const own = LARGE.map((field): [string, unknown] => [field, details[field]]);
  // An event's payload is one value, and may itself be the file.
  const isWhole = !isObject(payload) || fileOf(payload) !== null;
  return isWhole ? [...own, ["payload", payload]] : [...own, ...Object.entries(fieldsOf(payload))];
}

function filesIn(details: Update): Set<string> {
  const ids = largeValues(details).map(([, value]) => fileOf(value)?.storageId);
  return new Set(ids.filter((id) => typeof id === "string"));
}

type FileChanges = { added: Id<"_storage">[]; removed: Id<"_storage">[] };

/** Before anything is written: the files that the change names exist, are what it says and are nobody else's. */
export async function withCheckedFiles(
  ctx: MutationCtx,
  before: Update | null,
  change: Update,
): Promise<{ cold: Update; files: FileChanges }> {
  const owned = filesIn(before ?? {});
  const asked = new Map<unknown, JsonObject>();
  for (const [field, value] of largeValues(change)) {
    const file = fileOf(value);
    // What was stored before has its size; what a caller says has not (`largeValue`).
    if (file === null || "bytes" in file || asked.has(file.storageId)) continue;
    const { storageId, bytes, sha256 } = await storedFile(ctx, `${field}.`, file as AskedFile);
    if (!owned.has(storageId)) await assertUnused(ctx, `${field}.storageId`, storageId);
    asked.set(storageId, { storageId, bytes, sha256 });
  }
  const cold = await replaced(change, (file) => Promise.resolve(asked.get(file.storageId) ?? file));
  const kept = filesIn({ ...before, ...cold });
  const added = [...asked.keys()].filter((id) => !owned.has(id as string));
  const removed = [...owned].filter((id) => !kept.has(id));
  return { cold, files: { added, removed } as FileChanges };
}

/** After the document was written. */
export async function changeFiles(ctx: MutationCtx, job: Id<"jobs">, { added, removed }: FileChanges) {
  for (const storageId of added) await ctx.db.insert("jobSpills", { job, storageId });
  for (const storageId of removed) await removeFile(ctx, storageId);
}

async function removeFile(ctx: MutationCtx, storageId: Id<"_storage">) {
  const row = await ctx.db
    .query("jobSpills")
    .withIndex("by_storageId", (q) => q.eq("storageId", storageId))
    .unique();
  if (row !== null) await ctx.db.delete("jobSpills", row._id);
  await deleteUnused(ctx, storageId);
}

const FILES_AT_ONCE = 50;

/** Removes some of the values of a job that is gone; answers whether those were all. */
export async function removeSpills(ctx: MutationCtx, job: Id<"jobs">): Promise<boolean> {
  const rows = await ctx.db
    .query("jobSpills")
    .withIndex("by_job", (q) => q.eq("job", job))
    .take(FILES_AT_ONCE);
  for (const { storageId } of rows) await removeFile(ctx, storageId);
  return rows.length < FILES_AT_ONCE;
}

/** The same values for a reader, who gets the URL of a file instead of its id. */
export function withFileUrls<Details extends Update>(
  { storage }: Pick<QueryCtx, "storage">,
  details: Details,
): Promise<Details> {
  return replaced(details, async ({ storageId, bytes, sha256 }) => {
    const url = await storage.getUrl(storageId as Id<"_storage">);
    return { url, bytes, sha256 };
  });
}

type AskedFile = { storageId: unknown; sha256: unknown };
type FileRef = Record<string, unknown>;

/** The same details with each file replaced by what is answered for it. */
export async function replaced<Details extends Update>(
  details: Details,
  answer: (file: FileRef) => Promise<FileRef>,
): Promise<Details> {
  const found: Update = { ...details };
  for (const field of [...LARGE, "payload"]) found[field] = await replacedValue(details[field], answer);
  const { payload } = details;
  if (isObject(payload) && fileOf(payload) === null) found.payload = await replacedFields(payload, answer);
  return Object.fromEntries(Object.keys(details).map((field) => [field, found[field]])) as Details;
}

async function replacedFields(fields: Update, answer: (file: FileRef) => Promise<FileRef>): Promise<Update> {
  const entries = Object.entries(fields).map(async ([key, value]) => [
    key,
    await replacedValue(value, answer),
  ]);
  return Object.fromEntries((await Promise.all(entries)) as [string, unknown][]);
}

async function replacedValue(value: unknown, answer: (file: FileRef) => Promise<FileRef>): Promise<unknown> {
  const file = fileOf(value);
  return file === null ? value : inFile((await answer(file)) as JsonObject);
}
