/** Pages of a list: their size, and cursors that fit only the list that they were given for. */
import type { PaginationOptions, PaginationResult } from "convex/server";
import { invalidField } from "../errors";
import { sha256Of } from "./digest";

const MOST_ITEMS = 200;
const MARK_LENGTH = 12;

/** What a list is of: its name and what it was asked for. */
export type ListIdentity = { list: string; filters: object };

type Listed<Row> = {
  paginate: (options: PaginationOptions) => Promise<PaginationResult<Row>>;
};

export async function pageOf<Row>(
  rows: Listed<Row>,
  options: PaginationOptions,
  identity: ListIdentity,
): Promise<PaginationResult<Row>> {
  const mark = await markOf(identity);
  const result = await rows.paginate({
    ...options,
    numItems: pageSize(options.numItems),
    cursor: unmarked(mark, options.cursor),
    ...(options.endCursor !== undefined && { endCursor: unmarked(mark, options.endCursor) }),
  });
  return {
    ...result,
    continueCursor: mark + result.continueCursor,
    ...(typeof result.splitCursor === "string" && { splitCursor: mark + result.splitCursor }),
  };
}

function pageSize(numItems: number): number {
  if (Number.isInteger(numItems) && numItems >= 1 && numItems <= MOST_ITEMS) return numItems;
  throw invalidField("numItems", `must be a whole number from 1 to ${MOST_ITEMS}; it is ${numItems}`);
}

/** Convex only finds out by itself that a cursor is of another list on some deployments, and says so to nobody. */
async function markOf({ list, filters }: ListIdentity): Promise<string> {
  const asked = Object.entries(filters).sort(([left], [right]) => (left < right ? -1 : 1));
  return `${(await sha256Of(JSON.stringify([list, asked]))).slice(0, MARK_LENGTH)}.`;
}

function unmarked(mark: string, cursor: string | null): string | null {
  if (cursor === null) return null;
  if (cursor.startsWith(mark)) return cursor.slice(mark.length);
  throw invalidField("cursor", "is of another query; begin again with null");
}
