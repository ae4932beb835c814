/** How long jobs are kept once they have ended, and the removal of those whose days are over. */
import { invalidField, Refusal } from "../errors";
import type { Doc, Id, MutationCtx } from "../server";
import type { Access, RetentionRule } from "../validators";
import { counting } from "./countChanges";
import * as check from "./fieldChecks";
import type { Reader } from "./jobStore";
import { isTerminal } from "./lifecycle";
import { paging } from "./paging";
import { removeJob } from "./removal";

const DAY_MS = 24 * 60 * 60 * 1000;
const MOST_DAYS = 36_500;
const MOST_RULES = 1000;
// A job may have a mebibyte of details, and a transaction may read sixteen.
const JOBS_AT_ONCE = 10;

const FINISHED = ["succeeded", "failed", "canceled"] as const;
type Finished = (typeof FINISHED)[number];

/** Rules are for all jobs of a deployment, so a token for some of them may neither set nor read one. */
function assertUnlimited({ limits }: Access) {
  if (Object.keys(limits).length === 0) return;
  throw new Refusal("forbidden", "rules are for all jobs; this needs a token without limits");
}

function checkedDays(days: number): number {
  if (Number.isInteger(days) && days >= 1 && days <= MOST_DAYS) return days;
  throw invalidField(
    "days",
    `must be a whole number from 1 to ${MOST_DAYS}, or null to keep jobs; it is ${days}`,
  );
}

function ruleFor({ db }: Reader, state: Finished, type: string | undefined) {
  return db
    .query("retention")
    .withIndex("by_state_type", (q) => q.eq("state", state).eq("type", type))
    .unique();
}

export async function setRetention(
  ctx: MutationCtx,
  access: Access,
  asked: { state: string; type?: string; days: number | null },
) {
  assertUnlimited(access);
  const state = check.oneOf("state", asked.state, FINISHED);
  const type = asked.type === undefined ? undefined : check.name("type", asked.type);
  const days = asked.days === null ? null : checkedDays(asked.days);
  const rule = await ruleFor(ctx, state, type);
  if (days === null) return rule === null ? undefined : ctx.db.delete("retention", rule._id);
  if (rule !== null) return ctx.db.patch("retention", rule._id, { days });
  await assertRoomForOneMore(ctx);
  await ctx.db.insert("retention", { state, days, ...(type !== undefined && { type }) });
}

async function assertRoomForOneMore({ db }: Reader) {
  const rules = await db.query("retention").take(MOST_RULES);
  if (rules.length === MOST_RULES)
    throw invalidField("type", `would be rule ${MOST_RULES + 1}; remove one first`);
}

export async function retentionRules({ db }: Reader, access: Access): Promise<RetentionRule[]> {
  assertUnlimited(access);
  const rules = await db.query("retention").withIndex("by_state_type").take(MOST_RULES);
  return rules.map(({ _id, _creationTime, ...rule }) => rule);
}

/** Removes some of a rule's jobs; answers where to go on, or null when there is no more of them. */
export async function removeExpired(
  ctx: MutationCtx,
  id: Id<"retention">,
  cursor: string | null,
  now: number,
): Promise<string | null> {
  const rule = await ctx.db.get("retention", id);
  if (rule === null) return null;
  const { page, isDone, continueCursor } = await expired(ctx, rule, now).paginate({
    cursor,
    numItems: JOBS_AT_ONCE,
  });
  await counting(ctx, async (writer) => {
    for (const job of page) {
      if (await isRuledBy(ctx, rule, job)) await removeJob(writer, job);
    }
  });
  return isDone ? null : continueCursor;
}

function expired({ db }: Reader, { state, type, days }: Doc<"retention">, now: number) {
  const before = now - days * DAY_MS;
  const jobs = paging(db).query("jobs");
  if (type === undefined) {
    return jobs.withIndex("by_state_finishedAt", (q) =>
      q.eq("state", state).gt("finishedAt", 0).lt("finishedAt", before),
    );
  }
  return jobs.withIndex("by_type_state_finishedAt", (q) =>
    q.eq("type", type).eq("state", state).gt("finishedAt", 0).lt("finishedAt", before),
  );
}

/** The rule for all leaves those jobs alone whose type has a rule of its own. */
async function isRuledBy(ctx: Reader, rule: Doc<"retention">, job: Doc<"jobs">): Promise<boolean> {
  if (!isTerminal(job.state)) return false;
  if (rule.type !== undefined || job.type === undefined) return true;
  return (await ruleFor(ctx, rule.state, job.type)) === null;
}
