/** How many jobs are in each state: appended with every change of jobs, folded later, summed when asked for. */
import { Refusal } from "../errors";
import type { MutationCtx } from "../server";
import type { Access, Counts } from "../validators";
import { isNone, NONE, scopeOf } from "./countChanges";
import type { Reader } from "./jobStore";
import { STATES } from "./lifecycle";
import { assertMayList } from "./limits";

// A query may read 32,000 documents.
const MOST_UNFOLDED = 30_000;
// A fold reads and writes one document more for each scope among them.
const FOLDED_AT_ONCE = 1000;
// Longer than a transaction lasts: a row that is younger may get neighbours while the fold runs, which would have to
// start over.
const SETTLED_MS = 5000;

function sum(left: Counts, right: Counts): Counts {
  return Object.fromEntries(STATES.map((state) => [state, left[state] + right[state]])) as Counts;
}

export async function countsOf(
  { db }: Reader,
  access: Access,
  asked: { owner?: string; type?: string },
): Promise<Counts> {
  assertMayList(access, asked);
  const rows = await db
    .query("jobCounts")
    .withIndex("by_scope_isFolded", (q) => q.eq("scope", scopeOf(asked.owner, asked.type)))
    .take(MOST_UNFOLDED + 1);
  // Some of them would be a number too, but a wrong one.
  if (rows.length > MOST_UNFOLDED)
    throw new Refusal("busy", "too much changed lately to be counted; ask again soon");
  return rows.map(({ counts }) => counts).reduce(sum, NONE);
}

/** Folds some of what was appended, oldest first; answers whether that was all. */
export async function foldCounts(ctx: Pick<MutationCtx, "db">, now: number): Promise<boolean> {
  const appended = await ctx.db
    .query("jobCounts")
    .withIndex("by_isFolded", (q) => q.eq("isFolded", false).lt("_creationTime", now - SETTLED_MS))
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
    .withIndex("by_scope_isFolded", (q) => q.eq("scope", scope).eq("isFolded", true))
    .unique();
  const counts = sum(folded?.counts ?? NONE, change);
  if (folded === null) await db.insert("jobCounts", { scope, isFolded: true, counts });
  else if (isNone(counts)) await db.delete("jobCounts", folded._id);
  else await db.patch("jobCounts", folded._id, { counts });
}
