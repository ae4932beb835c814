/** The rows of a job's attempts. */
import type { Doc, Id, MutationCtx } from "../server";
import type { Attempt } from "../validators";
import { attemptSteps, begunAttempt, endedAttempt, inStage } from "./attemptRules";
import type { StoredJob, Update } from "./documentChanges";
import type { Reader } from "./jobStore";

const MOST_SHOWN = 50;
const REMOVED_AT_ONCE = 100;

/** Notes what a change of a job means for its attempts. Reads nothing unless an attempt ends or its stage changes. */
export async function noteAttempts(
  ctx: MutationCtx,
  stored: StoredJob,
  { after, hot }: { after: Doc<"jobs">; hot: Update },
  now: number,
) {
  const { ended, begun, stage } = attemptSteps(stored.job, after, hot, stored.progress?.stage);
  if (ended !== null) {
    await change(ctx, after._id, ended.attempt, (row) => endedAttempt(row, ended.end, now));
  }
  if (begun !== null) {
    const row = begunAttempt(begun, now);
    await ctx.db.insert("jobAttempts", { job: after._id, ...inStage(row, stage ?? null, now) });
  } else if (stage !== undefined) {
    await change(ctx, after._id, after.attempt, (row) => inStage(row, stage, now));
  }
}

/** A job that ran before there were such rows has none for that attempt, and gets none. */
async function change({ db }: MutationCtx, job: Id<"jobs">, attempt: number, to: (row: Attempt) => Attempt) {
  const row = await db
    .query("jobAttempts")
    .withIndex("by_job_attempt", (q) => q.eq("job", job).eq("attempt", attempt))
    .unique();
  if (row !== null) await db.replace("jobAttempts", row._id, { job, ...to(attemptOf(row)) });
}

function attemptOf({ _id, _creationTime, job: _, ...attempt }: Doc<"jobAttempts">): Attempt {
  return attempt;
}

/** The newest ones, in the order in which they began. */
export async function listAttempts({ db }: Reader, job: Id<"jobs">): Promise<Attempt[]> {
  const rows = await db
    .query("jobAttempts")
    .withIndex("by_job_attempt", (q) => q.eq("job", job))
    .order("desc")
    .take(MOST_SHOWN);
  return rows.reverse().map(attemptOf);
}

/** Removes some of the rows of a job that is gone; answers whether those were all. */
export async function removeAttempts({ db }: MutationCtx, job: Id<"jobs">): Promise<boolean> {
  const rows = await db
    .query("jobAttempts")
    .withIndex("by_job_attempt", (q) => q.eq("job", job))
    .take(REMOVED_AT_ONCE);
  for (const { _id } of rows) await db.delete("jobAttempts", _id);
  return rows.length < REMOVED_AT_ONCE;
}
