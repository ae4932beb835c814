/** A parent's progress from that of its children. */
import type { Doc } from "../server";
import type { Rollup } from "../validators";
import { findProgress, type Reader } from "./jobStore";
import { STATES } from "./lifecycle";

// Each child takes two of the four thousand reads that a query has.
const MOST_CHILDREN = 1000;

export async function rollup(ctx: Reader, { jobId }: Doc<"jobs">): Promise<Rollup> {
  const found = await ctx.db
    .query("jobs")
    .withIndex("by_parent_createdAt", (q) => q.eq("parent", jobId))
    .order("desc")
    .take(MOST_CHILDREN + 1);
  const children = found.slice(0, MOST_CHILDREN);
  const parts = await Promise.all(children.map((child) => progressOf(ctx, child)));
  return {
    jobId,
    progress: parts.length === 0 ? null : parts.reduce((sum, part) => sum + part, 0) / parts.length,
    counts: countStates(children),
    partial: found.length > MOST_CHILDREN,
  };
}

/** What has succeeded is done, whatever it said of its progress; what has not begun counts as nothing. */
async function progressOf(ctx: Reader, child: Doc<"jobs">): Promise<number> {
  if (child.state === "succeeded") return 100;
  return (await findProgress(ctx, child._id))?.progress ?? 0;
}

function countStates(children: Doc<"jobs">[]): Rollup["counts"] {
  const ofState = (state: string) => children.filter((child) => child.state === state).length;
  return Object.fromEntries(STATES.map((state) => [state, ofState(state)])) as Rollup["counts"];
}
