/** The queue of a type, and the claim command that takes the next job out of it. */
import type { Doc } from "../server";
import type { Access, Limits, NothingReady, Receipt, WaitingJob } from "../validators";
import { type Heads, nextReady } from "./claimRules";
import type { JobWriter } from "./countChanges";
import * as check from "./fieldChecks";
import type { Reader } from "./jobStore";
import { applyLifecycle, leaseMs } from "./lifecycleCommand";
import { isWithinLimits } from "./limits";

export type Queue = { type: string; limits: Limits };

// A limit that no index serves takes jobs out one by one, of so many at most.
const MOST_LOOKED_AT = 100;

/** Transactions keep two claims from the same job: each reads the head that the other takes away. */
export async function applyClaim(
  ctx: JobWriter,
  access: Access,
  fields: Record<string, unknown>,
  now: number,
): Promise<Receipt | NothingReady> {
  const type = check.name("type", fields.type);
  const lease = leaseMs("leaseMs", fields.leaseMs);
  const heads = await headsOf(ctx, { type, limits: access.limits });
  const job = nextReady(heads, now);
  if (job !== null)
    return await applyLifecycle(ctx, access, "start", { jobId: job.jobId, leaseMs: lease }, now);
  const readyAt = heads.delayed?.nextAttemptAt;
  return { outcome: "none", ...(readyAt !== undefined && { readyInMs: readyAt - now }) };
}

/** The same for every reader at any time: a query that looked at the clock would never be told of its passing. */
export async function headOfQueue(ctx: Reader, queue: Queue): Promise<WaitingJob | null> {
  const { fresh, delayed } = await headsOf(ctx, queue);
  const head = fresh ?? delayed;
  if (head === null) return null;
  const { jobId, attempt, nextAttemptAt } = head;
  return { jobId, attempt, ...(nextAttemptAt !== undefined && { nextAttemptAt }) };
}

async function headsOf(ctx: Reader, queue: Queue): Promise<Heads<Doc<"jobs">>> {
  const [fresh, delayed] = await Promise.all([
    firstWithin(queue.limits, queued(ctx, queue, { isDelayed: false })),
    firstWithin(queue.limits, queued(ctx, queue, { isDelayed: true })),
  ]);
  return { fresh, delayed };
}

type Rows = { take: (most: number) => Promise<Doc<"jobs">[]> };

async function firstWithin(limits: Limits, rows: Rows): Promise<Doc<"jobs"> | null> {
  const isServed = limits.job === undefined && limits.tag === undefined;
  const found = await rows.take(isServed ? 1 : MOST_LOOKED_AT);
  return found.find((job) => isWithinLimits(limits, job)) ?? null;
}

/** Oldest first; those that had to wait in the order in which they are ready. */
function queued(
  { db }: Reader,
  { type, limits: { owner } }: Queue,
  { isDelayed }: { isDelayed: boolean },
): Rows {
  const jobs = db.query("jobs");
  if (owner === undefined) {
    return jobs.withIndex("by_type_state_nextAttemptAt", (q) => {
      const ofType = q.eq("type", type).eq("state", "queued");
      return isDelayed ? ofType.gte("nextAttemptAt", 0) : ofType.eq("nextAttemptAt", undefined);
    });
  }
  return jobs.withIndex("by_owner_type_state_nextAttemptAt", (q) => {
    const ofOwner = q.eq("owner", owner).eq("type", type).eq("state", "queued");
    return isDelayed ? ofOwner.gte("nextAttemptAt", 0) : ofOwner.eq("nextAttemptAt", undefined);
  });
}
