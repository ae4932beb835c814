/** How many jobs are in each state: appended with every change of a job, folded later, summed when asked for. */
import type { Doc } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import type { Access, Counts } from "../validators";
import type { Reader } from "./jobStore";
import { STATES } from "./lifecycle";
import { assertMayList } from "./limits";

type Counted = Pick<Doc<"jobs">, "owner" | "type" | "state">;

const NONE: Counts = { queued: 0, running: 0, lost: 0, succeeded: 0, failed: 0, canceled: 0 };

// Twice as many changes as a busy deployment makes between two folds, and within what a query may read.
const MOST_UNFOLDED = 16_000;
// A fold reads and writes one document more for each scope among them.
const FOLDED_AT_ONCE = 1000;

/** What counts are kept for: all jobs, those of an owner, of a type, and of both. */
function scopeOf(owner: string | undefined, type: string | undefined): string {
  return JSON.stringify([owner ?? null, type ?? null]);
}

function scopesOf({ owner, type }: Counted): Set<string> {
  return new Set([
    scopeOf(undefined, undefined),
    scopeOf(owner, undefined),
    scopeOf(undefined, type),
    scopeOf(owner, type),
  ]);
}

function sum(left: Counts, right: Counts): Counts {
  return Object.fromEntries(STATES.map((state) => [state, left[state] + right[state]])) as Counts;
}

function isNone(counts: Counts): boolean {
  return STATES.every((state) => counts[state] === 0);
}

/** Every change of a job that may change a count passes here; null: there was no job before, or is none after. */
export async function countChange(ctx: MutationCtx, before: Counted | null, after: Counted | null) {
  const changes = new Map<string, Counts>();
  for (const [job, by] of [[before, -1] as const, [after, 1] as const]) {
    if (job === null) continue;
    for (const scope of scopesOf(job)) {
      const counts = changes.get(scope) ?? NONE;
      changes.set(scope, { ...counts, [job.state]: counts[job.state] + by });
    }
  }
  for (const [scope, counts] of changes) {
    if (!isNone(counts)) await ctx.db.insert("jobCounts", { scope, isFolded: false, counts });
  }
}

export async function countsOf(
  { db }: Reader,
  access: Access,
  asked: { owner?: string; type?: string },
): Promise<Counts> {
  assertMayList(access, asked);
  const rows = await db
    .query("jobCounts")
    .withIndex("by_scope", (q) => q.eq("scope", scopeOf(asked.owner, asked.type)))
    .take(MOST_UNFOLDED);
  return rows.map(({ counts }) => counts).reduce(sum, NONE);
}

/** Folds some of what was appended, scope by scope; answers whether that was all. */
export async function foldCounts(ctx: Pick<MutationCtx, "db">): Promise<boolean> {
  const appended = await ctx.db
    .query("jobCounts")
    .withIndex("by_isFolded_scope", (q) => q.eq("isFolded", false))
    .take(FOLDED_AT_ONCE);
  const changes = new Map<string, Counts>();
  for (const { _id, scope, counts } of appended) {
    changes.set(scope, sum(changes.get(scope) ?? NONE, counts));
    await ctx.db.delete("jobCounts", _id);
  }
  for (const [scope, counts] of changes) await foldScope(ctx, scope, counts);
  return appended.length < FOLDED_AT_ONCE;
}

async function foldScope({ db }: Pick<MutationCtx, "db">, scope: string, change: Counts) {
  const folded = await db
    .query("jobCounts")
    .withIndex("by_isFolded_scope", (q) => q.eq("isFolded", true).eq("scope", scope))
    .unique();
  const counts = sum(folded?.counts ?? NONE, change);
  if (folded === null) await db.insert("jobCounts", { scope, isFolded: true, counts });
  else if (isNone(counts)) await db.delete("jobCounts", folded._id);
  else await db.patch("jobCounts", folded._id, { counts });
}
