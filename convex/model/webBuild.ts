/** What `POST /api/job` adds to a new job: its callers read these fields back without asking whether they are there. */
import { findJob, type Reader } from "./jobStore";
import { splitRecord } from "./fields";
import { recordFields } from "./jobChange";

const DEFAULTS = { idea: "", username: "unknown" };

export async function withRouteDefaults(ctx: Reader, record: unknown): Promise<Record<string, unknown>> {
  const fields = recordFields(record);
  const { jobId } = splitRecord(fields).core;
  const isNew = typeof jobId === "string" && (await findJob(ctx, jobId)) === null;
  return isNew ? { ...DEFAULTS, ...fields } : fields;
}
