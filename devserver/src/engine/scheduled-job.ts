/** Rows of `_scheduled_functions`: their states, and the moves between them. */
import type { Value } from "convex/values";
import { makeDocument, userFields, type Document } from "./document.js";
import type { Table } from "./table.js";
import type { Transaction } from "./transaction.js";

/** Which function a row runs: kept beside the row, since its fields are what Convex documents. */
export interface JobTarget {
  component: string;
  path: string;
}

export type JobState =
  { kind: "pending" | "inProgress" | "success" | "canceled" } | { kind: "failed"; error: string };

export function targetOf(job: Document): JobTarget {
  return job.internal as unknown as JobTarget;
}

export function stateOf(job: Document): JobState {
  return job.value["state"] as unknown as JobState;
}

export function isOver(job: Document): boolean {
  return !["pending", "inProgress"].includes(stateOf(job).kind);
}

export function moveJob(
  transaction: Transaction,
  table: Table,
  job: Document,
  state: JobState,
  now: number,
): void {
  const over = state.kind !== "pending" && state.kind !== "inProgress";
  const next = {
    ...userFields(job),
    state: state as unknown as Value,
    ...(over ? { completedTime: now } : {}),
  };
  transaction.put(table, job.id, makeDocument(job.id, job.creationTime, next, job.internal));
}

/** One that has finished stays as it is; an action in progress goes on, but starts nothing after it. */
export function cancelJob(transaction: Transaction, table: Table, job: Document, now: number): void {
  if (!isOver(job)) moveJob(transaction, table, job, { kind: "canceled" }, now);
}
