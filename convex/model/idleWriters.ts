import type { MutationCtx } from "../server";

/** Longer than any outbox waits: a command that is repeated later than this could be applied twice. */
export const IDLE_MS = 30 * 24 * 60 * 60 * 1000;

// A writer's receipts may have half a mebibyte, and a transaction may read sixteen.
const WRITERS_AT_ONCE = 25;

/** Removes some of the writers that are idle; answers whether those were all. */
export async function removeIdleWriters(ctx: Pick<MutationCtx, "db">, now: number): Promise<boolean> {
  const idle = await ctx.db
    .query("writers")
    .withIndex("by_lastSeenAt", (q) => q.lt("lastSeenAt", now - IDLE_MS))
    .take(WRITERS_AT_ONCE);
  await Promise.all(idle.map(({ _id }) => ctx.db.delete("writers", _id)));
  return idle.length < WRITERS_AT_ONCE;
}
