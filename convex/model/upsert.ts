/** The upsert command: read what the change needs, decide, write what differs. */
import type { Access, Receipt } from "../validators";
import { invalidField } from "../errors";
import type { JobWriter } from "./countChanges";
import { hasFields, type StoredJob } from "./documentChanges";
import { type JobChange, jobChange } from "./jobChange";
import { findDetails, findJob, findProgress, type Reader } from "./jobStore";
import { decided, write } from "./jobWrites";
import { assertMayName, assertMayTouch } from "./limits";
import { receiptOf } from "./receipt";
import { decideUpsert } from "./upsertRules";

type RecordCommand = { record: unknown; attempt?: number };

function changeOf({ record, attempt }: RecordCommand): JobChange {
  const asked = jobChange(record);
  return attempt === undefined ? asked : { ...asked, attempt };
}

export async function applyUpsert(
  ctx: JobWriter,
  access: Access,
  command: RecordCommand,
  now: number,
): Promise<Receipt> {
  const change = changeOf(command);
  const stored = await load(ctx, access, change);
  return await applyChange(ctx, access, stored, change, now);
}

/** The create command: an upsert of a job that is not there yet, and cannot have begun. */
export async function applyCreate(
  ctx: JobWriter,
  access: Access,
  command: RecordCommand,
  now: number,
): Promise<Receipt> {
  const change = changeOf(command);
  if (change.state !== undefined && change.state !== "queued") {
    throw invalidField("status", "must mean queued for a job that is created; start it with start");
  }
  const stored = await load(ctx, access, change);
  if (stored.job !== null) return receiptOf(stored.job, "unchanged");
  return await applyChange(ctx, access, stored, change, now);
}

async function applyChange(
  ctx: JobWriter,
  access: Access,
  stored: StoredJob,
  change: JobChange,
  now: number,
): Promise<Receipt> {
  const decision = decideUpsert(stored, change, now);
  const job = decided(stored, decision);
  assertMayTouch(access, job);
  await write(ctx, stored, decision, now);
  return receiptOf(job, decision.outcome);
}

/** A progress tick never reads what is cold, nor a result what is hot. */
async function load(ctx: Reader, access: Access, change: JobChange): Promise<StoredJob> {
  assertMayName(access, change.jobId);
  const job = await findJob(ctx, change.jobId);
  if (job === null) return { job, progress: null, details: null };
  assertMayTouch(access, job);
  const isHot = hasFields(change.hot);
  const isCold = hasFields(change.cold) || hasFields(change.payload);
  return {
    job,
    progress: isHot ? await findProgress(ctx, job._id) : null,
    details: isCold ? await findDetails(ctx, job._id) : null,
  };
}
