/** What a command changes in the documents of a job, before anything is written. Pure. */
import type { Doc } from "../server";
import { isSame } from "./fields";

/** Fields to write; undefined removes one. Empty when nothing differs. */
export type Update = Record<string, unknown>;

export type Decision = {
  outcome: "applied" | "unchanged" | "stale";
  warm: Update;
  hot: Update;
  cold: Update;
};

export const STALE: Decision = { outcome: "stale", warm: {}, hot: {}, cold: {} };

/** The stored documents that the change may touch; one that does not exist, or is not needed, is null. */
export type StoredJob = {
  job: Doc<"jobs"> | null;
  progress: Doc<"jobProgress"> | null;
  details: Doc<"jobDetails"> | null;
};

export function hasFields(fields: object): boolean {
  return Object.keys(fields).length > 0;
}

/** Only what differs from the stored document, null turned into Convex's word for "no such field". */
export function differences(current: Update | null, target: Update): Update {
  const wanted = Object.entries(target).map(([key, value]) => [key, value ?? undefined] as const);
  return Object.fromEntries(wanted.filter(([key, value]) => !isSame(current?.[key], value)));
}
