/** The rows that let an index find the jobs of a tag. */
import type { Doc, Id, MutationCtx } from "../server";

/** Keeps the rows of a job equal to its tags; `before` is what they were. */
export async function indexTags(
  { db }: Pick<MutationCtx, "db">,
  job: Id<"jobs">,
  before: string[],
  { tags, createdAt }: Pick<Doc<"jobs">, "tags" | "createdAt">,
) {
  const had = new Set(before);
  const has = new Set(tags);
  for (const tag of has) {
    if (!had.has(tag)) await db.insert("jobTags", { job, tag, createdAt });
  }
  for (const tag of had) {
    if (!has.has(tag)) await removeTag({ db }, job, tag);
  }
}

async function removeTag({ db }: Pick<MutationCtx, "db">, job: Id<"jobs">, tag: string) {
  const row = await db
    .query("jobTags")
    .withIndex("by_job_tag", (q) => q.eq("job", job).eq("tag", tag))
    .unique();
  if (row !== null) await db.delete("jobTags", row._id);
}
