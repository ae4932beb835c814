/** One page of a query, resumed by the index key at which the last page ended. */
import { toBytes, toText } from "#platform";
import type { Document } from "./document.js";
import { compileFilter } from "./filter.js";
import type { SerializedQuery, Source } from "./query.js";
import type { Interval } from "./read-set.js";
import type { Transaction } from "./transaction.js";

export interface PageRequest {
  query: SerializedQuery;
  cursor: string | null;
  endCursor: string | null;
  pageSize: number;
  maximumRowsRead?: number | null | undefined;
  maximumBytesRead?: number | null | undefined;
}

export interface Page {
  page: Document[];
  isDone: boolean;
  continueCursor: string;
  splitCursor: string | null;
  pageStatus: "SplitRecommended" | "SplitRequired" | null;
}

const END = "_end_cursor";

export function readPage(transaction: Transaction, source: Source, request: PageRequest): Page {
  const reader = transaction.scan(source.table, source.index, pageInterval(source, request), source.order);
  const filters = request.query.operators.flatMap((operator) =>
    "filter" in operator ? [compileFilter(operator.filter)] : [],
  );
  const page: Document[] = [];
  const keys: string[] = [];
  const budget = readBudget(request);
  const unbounded = request.endCursor === null;
  while (!(unbounded && page.length >= request.pageSize)) {
    const entry = reader.next();
    if (entry === null) return pageAtEnd(page, keys, request);
    keys.push(entry.key);
    if (filters.every((matches) => matches(entry.document.value))) page.push(entry.document);
    if (budget.spent(entry.document.size)) return splitPage(page, keys, "SplitRequired");
  }
  if (keys.length > request.pageSize + 1) return splitPage(page, keys, "SplitRecommended");
  const continueCursor =
    keys.length === 0 ? (request.cursor ?? startCursor(source)) : encodeCursor(keys.at(-1)!);
  return { page, isDone: false, continueCursor, splitCursor: null, pageStatus: null };
}

function pageAtEnd(page: Document[], keys: string[], request: PageRequest): Page {
  const continueCursor = request.endCursor ?? END;
  const recommend = keys.length > request.pageSize + 1;
  return {
    page,
    isDone: continueCursor === END,
    continueCursor,
    splitCursor: recommend ? middle(keys) : null,
    pageStatus: recommend ? "SplitRecommended" : null,
  };
}

function splitPage(page: Document[], keys: string[], pageStatus: NonNullable<Page["pageStatus"]>): Page {
  const splitCursor = keys.length >= 2 ? middle(keys) : null;
  return { page, isDone: false, continueCursor: encodeCursor(keys.at(-1)!), splitCursor, pageStatus };
}

function middle(keys: string[]): string {
  return encodeCursor(keys[Math.floor((keys.length - 1) / 2)]!);
}

function readBudget(request: PageRequest): { spent(bytes: number): boolean } {
  let rows = 0;
  let total = 0;
  return {
    spent(bytes) {
      rows += 1;
      total += bytes;
      return rows >= (request.maximumRowsRead ?? Infinity) || total >= (request.maximumBytesRead ?? Infinity);
    },
  };
}

/** After the cursor, and up to the end cursor inclusively. */
function pageInterval(source: Source, request: PageRequest): Interval {
  const interval = { ...source.interval };
  const ascending = source.order === "asc";
  const after = (cursor: string, side: "start" | "end") => {
    const key =
      cursor === END ? (ascending ? source.interval.end : source.interval.start) : decodeCursor(cursor);
    // The key itself belongs to the page that ends with it.
    interval[side] = ascending && cursor !== END ? key + "\x00" : key;
  };
  if (request.cursor !== null) after(request.cursor, ascending ? "start" : "end");
  if (request.endCursor !== null) after(request.endCursor, ascending ? "end" : "start");
  return interval;
}

function startCursor(source: Source): string {
  return encodeCursor(source.order === "asc" ? source.interval.start : source.interval.end);
}

function encodeCursor(key: string): string {
  return toText(toBytes(key, "latin1"), "base64url");
}

function decodeCursor(cursor: string): string {
  if (!/^[\w-]*$/.test(cursor)) {
    throw new Error(
      "InvalidCursor: Failed to parse cursor. Pass the `continueCursor` of an earlier page, or null.",
    );
  }
  return toText(toBytes(cursor, "base64url"), "latin1");
}
