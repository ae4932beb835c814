/** The commands about the life of a job: read what they need, decide, write what differs. */
import type { Doc } from "../server";
import type { Access, Receipt } from "../validators";
import type { JobWriter } from "./countChanges";
import { splitFailure } from "./failure";
import * as check from "./fieldChecks";
import { hotChanges, orchestratorRun } from "./jobChange";
import { allowedJob, findDetails, findProgress, type Reader } from "./jobStore";
import { isAtWork } from "./lifecycle";
import { decided, write } from "./jobWrites";
import { watchNewLease } from "./leases";
import { decideLifecycle, type ExistingJob, type LifecycleCommand } from "./lifecycleRules";
import { receiptOf } from "./receipt";
import { largeValue } from "./spilledValues";

export const LIFECYCLE_KINDS = [
  "start",
  "progress",
  "heartbeat",
  "complete",
  "fail",
  "cancel",
  "retry",
  "setRun",
] as const;
type Kind = (typeof LIFECYCLE_KINDS)[number];

type Fields = Record<string, unknown> & { attempt?: number };

const SHORTEST_LEASE_MS = 5000;
const LONGEST_LEASE_MS = 60 * 60 * 1000;
const LONGEST_WAIT_MS = 30 * 24 * 60 * 60 * 1000;

function parseLifecycle(kind: Kind, fields: Fields): LifecycleCommand {
  switch (kind) {
    case "start":
      return { kind, ...given("leaseMs", fields.leaseMs, leaseMs) };
    case "progress":
      return { kind, hot: hotChanges(fields) };
    case "complete":
      return { kind, ...given("result", fields.result, largeValue) };
    case "fail":
      return {
        kind,
        retryable: check.flag("retryable", fields.retryable ?? true),
        ...given("retryAfterMs", fields.retryAfterMs, waitMs),
        ...failureOf(fields.error),
      };
    case "cancel":
      return {
        kind,
        done: check.flag("done", fields.done ?? false),
        ...given("reason", fields.reason, reason),
      };
    case "setRun":
      return { kind, run: orchestratorRun("run", fields.run) };
    case "heartbeat":
    case "retry":
      return { kind };
  }
}

/** A field that may be left out, under its own name; null is as good as left out. */
function given<Name extends string, Value>(
  name: Name,
  value: unknown,
  checkValue: (field: string, value: unknown) => Value,
): { [Key in Name]?: Value } {
  if (value === undefined || value === null) return {};
  return { [name]: checkValue(name, value) } as { [Key in Name]?: Value };
}

export function leaseMs(field: string, value: unknown): number {
  return check.number(field, value, LONGEST_LEASE_MS, SHORTEST_LEASE_MS);
}

function waitMs(field: string, value: unknown): number {
  return check.number(field, value, LONGEST_WAIT_MS);
}

function reason(field: string, value: unknown): string {
  return check.text(field, value, { max: 1000 });
}

function failureOf(error: unknown): Pick<Extract<LifecycleCommand, { kind: "fail" }>, "failure"> {
  if (error === undefined || error === null) return {};
  return { failure: splitFailure(check.encodedValue("error", error)) };
}

export async function applyLifecycle(
  ctx: JobWriter,
  access: Access,
  kind: Kind,
  fields: Fields,
  now: number,
): Promise<Receipt> {
  const command = parseLifecycle(kind, fields);
  const job = await allowedJob(ctx, access, check.identifier("jobId", fields.jobId));
  const stored = await load(ctx, job, command, fields.attempt);
  const decision = decideLifecycle(stored, command, fields.attempt, { now, random: Math.random() });
  await write(ctx, stored, decision, now);
  await watchNewLease(ctx, stored, decision, now);
  return receiptOf(decided(stored, decision), decision.outcome);
}

const SIGNS_OF_LIFE: ReadonlySet<Kind> = new Set<Kind>(["start", "progress", "heartbeat"]);

async function load(
  ctx: Reader,
  job: Doc<"jobs">,
  command: LifecycleCommand,
  attempt: number | undefined,
): Promise<ExistingJob> {
  const isHot = SIGNS_OF_LIFE.has(command.kind);
  return {
    job,
    progress: isHot ? await findProgress(ctx, job._id) : null,
    details: changesDetails(job, command, attempt) ? await findDetails(ctx, job._id) : null,
  };
}

/** What is cold may be large, so it is read only if something in it changes: a result, or an error. */
function changesDetails(job: Doc<"jobs">, command: LifecycleCommand, attempt = job.attempt): boolean {
  switch (command.kind) {
    case "start":
      return attempt > job.attempt && isAtWork(job);
    case "fail":
      return command.failure !== undefined;
    case "complete":
      return command.result !== undefined || job.attempt > 1 || job.errorMessage !== undefined;
    case "retry":
      return true;
    default:
      return false;
  }
}
