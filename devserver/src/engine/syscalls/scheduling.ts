/** Scheduling functions and cancelling them. */
import { convexToJson, getConvexSize, jsonToConvex, type JSONValue } from "convex/values";
import type { FunctionRef, Json } from "../api.js";
import type { Call } from "../call.js";
import { mentionsCommitTs } from "../commit-timestamp.js";
import { resolveAddress, type FunctionAddress } from "../function-address.js";
import { canonicalPath, describeRef } from "../functions.js";
import { cancelJob, type JobTarget } from "../scheduled-job.js";
import { SCHEDULED_FUNCTIONS } from "../system-tables.js";
import type { Transaction } from "../transaction.js";
import type { AsyncSyscall } from "./index.js";

type ScheduleArgs = FunctionAddress & { ts: number; args: JSONValue };

const FIVE_YEARS_MS = 5 * 365 * 24 * 3600 * 1000;

export const schedulingSyscalls: Record<string, AsyncSyscall> = {
  "1.0/actions/cancel_job": (call, args: { id: string }) =>
    call.runtime.write((transaction) => cancel(call, transaction, args.id)),
  "1.0/actions/schedule": (call, args: ScheduleArgs) =>
    call.runtime.write((transaction) => schedule(call, transaction, args)),
  "1.0/cancel_job": (call, args: { id: string }) => cancel(call, call.requireMutation(), args.id),
  "1.0/schedule": (call, args: ScheduleArgs) => schedule(call, call.requireMutation(), args),
};

function schedule(call: Call, transaction: Transaction, request: ScheduleArgs): Json {
  const target = resolveAddress(request, call.component);
  const args = jsonToConvex(request.args);
  // Seconds, in which the milliseconds were divided by 1000: take back the rounding.
  const scheduledTime = Math.round(request.ts * 1e6) / 1e3;
  checkResolved(request.args);
  checkTarget(call, target);
  checkTime(call.runtime.now(), scheduledTime);
  transaction.usage.add("functionsScheduled", 1);
  transaction.usage.add("scheduledFunctionArgsBytes", getConvexSize(args));
  const table = call.runtime.store.table(call.component, SCHEDULED_FUNCTIONS);
  const row = { args: [args], name: canonicalPath(target.path), scheduledTime, state: { kind: "pending" } };
  const internal: JobTarget = { component: target.component, path: target.path };
  return call.runtime.insert(transaction, table, row, internal as unknown as Json).id;
}

/** The commit whose timestamp it would be is not the one that runs the function. */
function checkResolved(args: JSONValue): void {
  if (mentionsCommitTs(JSON.stringify(args))) {
    throw new Error(
      "A scheduled function cannot take ctx.db.vars.commitTs: read it from the document later.",
    );
  }
}

function checkTarget(call: Call, target: FunctionRef): void {
  const kind = call.deployment.find(target)?.kind;
  if (kind === undefined)
    throw new Error(`Attempted to schedule function at nonexistent path: ${describeRef(target)}`);
  if (kind === "query")
    throw new Error(
      `Attempted to schedule the query ${describeRef(target)}: schedule a mutation or an action.`,
    );
}

function checkTime(now: number, scheduledTime: number): void {
  if (Math.abs(scheduledTime - now) <= FIVE_YEARS_MS) return;
  throw new Error(
    `The scheduled time ${convexToJson(scheduledTime) as number} is more than 5 years from now.`,
  );
}

function cancel(call: Call, transaction: Transaction, id: string): void {
  if (!call.runtime.idCheck(call.component)(id, SCHEDULED_FUNCTIONS)) {
    throw new Error(
      `Invalid argument \`id\` for \`scheduler.cancel\`: "${id}" is not the ID of a scheduled function`,
    );
  }
  const table = call.runtime.store.table(call.component, SCHEDULED_FUNCTIONS);
  const job = transaction.get(table, id);
  if (job !== null) cancelJob(transaction, table, job, call.runtime.now());
}
