/** What a transaction changes in the counts of jobs. */
import type { Doc, MutationCtx } from "../server";
import type { Counts } from "../validators";
import { STATES } from "./lifecycle";

export type Counted = Pick<Doc<"jobs">, "owner" | "type" | "state">;

export const NONE: Counts = { queued: 0, running: 0, lost: 0, succeeded: 0, failed: 0, canceled: 0 };

/** What counts are kept for: all jobs, those of an owner, of a type, and of both. */
export function scopeOf(owner: string | undefined, type: string | undefined): string {
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

export function isNone(counts: Counts): boolean {
  return STATES.every((state) => counts[state] === 0);
}

/** Sums up what becomes of the counts, so that a batch writes one row a scope however many jobs it changes. */
export class CountChanges {
  private readonly byScope = new Map<string, Counts>();

  /** Null: there was no job before, or is none after. */
  add(before: Counted | null, after: Counted | null): void {
    for (const [job, by] of [[before, -1] as const, [after, 1] as const]) {
      if (job === null) continue;
      for (const scope of scopesOf(job)) {
        const counts = this.byScope.get(scope) ?? NONE;
        this.byScope.set(scope, { ...counts, [job.state]: counts[job.state] + by });
      }
    }
  }

  /** The most rows that `append` would write now. */
  get size(): number {
    return this.byScope.size;
  }

  async append({ db }: Pick<MutationCtx, "db">): Promise<void> {
    for (const [scope, counts] of this.byScope) {
      if (!isNone(counts)) await db.insert("jobCounts", { scope, isFolded: false, counts });
    }
  }
}

/** Only with this may a job be written, so that no change goes uncounted. */
export type JobWriter = MutationCtx & { counts: CountChanges };

/** A transaction's part that writes jobs; what it changes in the counts is appended at its end. */
export async function counting<Result>(
  ctx: MutationCtx,
  body: (ctx: JobWriter) => Promise<Result>,
): Promise<Result> {
  const counts = new CountChanges();
  const result = await body({ ...ctx, counts });
  await counts.append(ctx);
  return result;
}
