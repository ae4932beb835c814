/** Writes what was decided about a job, and nothing that stays as it is. */
import type { Doc, Id, MutationCtx } from "../server";
import { noteAttempts } from "./attempts";
import type { JobWriter } from "./countChanges";
import { type Decision, hasFields, type StoredJob, type Update } from "./documentChanges";
import { indexTags } from "./jobTags";
import { isTerminal } from "./lifecycle";
import { assertFits } from "./size";
import { changeFiles, withCheckedFiles } from "./spilledValues";

/** The job as it is after the decision. */
export function decided({ job }: StoredJob, { warm }: Decision): Doc<"jobs"> {
  return { ...job, ...warm } as Doc<"jobs">;
}

export async function write(ctx: JobWriter, stored: StoredJob, decision: Decision, now: number) {
  const { warm, hot } = decision;
  const { cold, files } = await withCheckedFiles(ctx, stored.details, decision.cold);
  if (hasFields(cold)) assertFits(largeValues({ ...stored.details, ...cold }));
  const job = await writeJob(ctx, stored.job, warm, now);
  const after = { ...decided(stored, decision), _id: job };
  await noteAttempts(ctx, stored, { after, hot }, now);
  if (hasFields(hot)) await writeProgress(ctx, job, stored.progress, { ...hot, updatedAt: now });
  if (hasFields(cold)) await writeDetails(ctx, job, stored.details, { ...cold, updatedAt: now });
  await changeFiles(ctx, job, files);
}

function largeValues(details: Update): Update {
  const { payload, result, component, telemetry, error, internal } = details;
  return { payload, result, component, telemetry, error, internal };
}

/** The one place where a job's document is written, so that lists and counts always know of it. */
async function writeJob(
  ctx: JobWriter,
  before: Doc<"jobs"> | null,
  warm: Update,
  now: number,
): Promise<Id<"jobs">> {
  if (before !== null && !hasFields(warm)) return before._id;
  const after = { ...before, ...warm, updatedAt: now } as Doc<"jobs">;
  const update = { ...warm, updatedAt: now, isActive: !isTerminal(after.state) };
  const id = before?._id ?? (await ctx.db.insert("jobs", update as NewJob));
  if (before !== null) await ctx.db.patch("jobs", id, update);
  ctx.counts.add(before, after);
  await indexTags(ctx, id, before?.tags ?? [], after);
  return id;
}

type NewJob = Omit<Doc<"jobs">, "_id" | "_creationTime">;
type Fresh = Update & { updatedAt: number };

async function writeProgress(
  ctx: MutationCtx,
  job: Id<"jobs">,
  stored: Doc<"jobProgress"> | null,
  hot: Fresh,
) {
  if (stored === null) await ctx.db.insert("jobProgress", { job, ...hot });
  else await ctx.db.patch("jobProgress", stored._id, hot);
}

async function writeDetails(
  ctx: MutationCtx,
  job: Id<"jobs">,
  stored: Doc<"jobDetails"> | null,
  cold: Fresh,
) {
  if (stored === null) await ctx.db.insert("jobDetails", { job, ...cold });
  else await ctx.db.patch("jobDetails", stored._id, cold);
}
