/** What a generated sequence can do. Documents are named by slot: the n-th that was inserted. */
import type { Value } from "convex/values";

export interface Bound {
  type: "eq" | "gt" | "gte" | "lt" | "lte";
  field: string;
  /** Absent means `undefined`. */
  value?: Value;
}

export type Condition =
  | { type: "eq" | "neq"; field: string; value?: Value }
  | { type: "lt" | "lte" | "gt" | "gte"; field: "rank"; value: number }
  | { type: "and" | "or"; parts: Condition[] }
  | { type: "not"; part: Condition };

export interface QuerySpec {
  table: string;
  index?: string;
  bounds: Bound[];
  order?: "asc" | "desc";
  filters: Condition[];
}

export type Operation =
  | { type: "insert"; table: string; value: { [field: string]: Value } }
  | { type: "get" | "delete"; slot: number }
  | { type: "replace"; slot: number; value: { [field: string]: Value } }
  | { type: "patch"; slot: number; value: { [field: string]: Value }; unset: string[] }
  | { type: "normalizeId"; slot: number; table: string }
  | { type: "query"; query: QuerySpec; take: number | "collect" | "first" | "unique" | "count" }
  | { type: "nested"; kind: "query" | "mutation"; operations: Operation[]; fails: boolean }
  | { type: "schedule"; later: boolean; operations: Operation[]; fails: boolean }
  | { type: "cancel"; slot: number }
  | { type: "readSchedules" }
  | { type: "readFile" | "deleteFile"; slot: number };

export type Step =
  | { type: "call"; kind: "query" | "mutation"; operations: Operation[]; fails: boolean }
  /** Reads all pages, then the first again with a fixed end. */
  | { type: "paginate"; query: QuerySpec; pageSize: number; insertBetween: Operation[] }
  | { type: "action"; storeBytes: number[]; calls: { operations: Operation[]; fails: boolean }[] };

/** Known to both sides by position; on each side these are its own ids. */
export interface Slots {
  documents: string[];
  schedules: string[];
  files: string[];
}
