/** The answers to a writer's last batch, kept for a repeat of it; what the repeat says itself is left out. */
import { getConvexSize } from "convex/values";
import type { BatchReceipt, StoredReceipt } from "../validators";
import { isObject } from "./values";

const MOST_BYTES = 512 * 1024;

/** Receipts that would not fit into a document are kept as what a writer acts on: outcome and error. */
export function toStore(receipts: BatchReceipt[], commands: unknown[]): StoredReceipt[] {
  const stored = receipts.map((receipt, index) => withoutRepetition(receipt, commands[index]));
  if (getConvexSize(stored) <= MOST_BYTES) return stored;
  return stored.map(({ outcome, error }) => ({ outcome, ...(error && { error }) }));
}

function withoutRepetition(
  { seq: _, jobId, status, ...rest }: BatchReceipt,
  command: unknown,
): StoredReceipt {
  return {
    ...rest,
    ...(jobId !== undefined && jobId !== jobIdIn(command) && { jobId }),
    ...(status !== undefined && status !== rest.state && { status }),
  };
}

/** The receipt as it was answered to the same command. */
export function fromStore(seq: number, stored: StoredReceipt, command: unknown): BatchReceipt {
  // Of an answer that was shortened, or that is about no job, nothing more is known.
  if (stored.state === undefined) return { seq, ...stored };
  const jobId = jobIdIn(command);
  return { seq, ...(jobId !== undefined && { jobId }), status: stored.state, ...stored };
}

function jobIdIn(command: unknown): string | undefined {
  return isObject(command) && typeof command.jobId === "string" ? command.jobId : undefined;
}
