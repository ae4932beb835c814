/**
 * Pages of an index in a component, where Convex has none: a page goes on after the index key of the row before it.
 * The indexes that are paged end in numbers, then in Convex's own time of creation, which tells equal ones apart.
 */
import type { GenericDatabaseReader, PaginationOptions, PaginationResult } from "convex/server";
import { getConvexSize, type Value } from "convex/values";
import type { QueryCtx } from "../../../../convex/server";

// A query may read sixteen mebibytes, and the last row of a page may have one.
const MOST_BYTES = 8 * 1024 * 1024;

type Order = "asc" | "desc";
type Bound = { kind: "eq" | "gt" | "gte" | "lt" | "lte"; field: string; value: Value | undefined };
type Row = Record<string, Value>;
type Key = number[];
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type AnyReader = Pick<GenericDatabaseReader<any>, "query">;

export function paging(db: QueryCtx["db"]): Pick<QueryCtx["db"], "query"> {
  return paged(db);
}

export function pagingOfFiles(db: QueryCtx["db"]): Pick<QueryCtx["db"]["system"], "query"> {
  return paged(db.system as AnyReader);
}

function paged<Reader>(db: AnyReader): Reader {
  return { query: (table: string) => new Listing(db, table) } as Reader;
}

/** Takes down which part of an index is wanted. */
class Bounds {
  readonly list: Bound[] = [];
  eq = (field: string, value: Value | undefined) => this.add({ kind: "eq", field, value });
  gt = (field: string, value: Value) => this.add({ kind: "gt", field, value });
  gte = (field: string, value: Value) => this.add({ kind: "gte", field, value });
  lt = (field: string, value: Value) => this.add({ kind: "lt", field, value });
  lte = (field: string, value: Value) => this.add({ kind: "lte", field, value });

  private add(bound: Bound): this {
    this.list.push(bound);
    return this;
  }
}

class Listing {
  constructor(
    private readonly db: AnyReader,
    private readonly table: string,
    private readonly index = "by_creation_time",
    private readonly bounds: Bound[] = [],
    private readonly direction: Order = "asc",
  ) {}

  withIndex(index: string, range?: (q: Bounds) => unknown): Listing {
    const bounds = new Bounds();
    range?.(bounds);
    return new Listing(this.db, this.table, index, bounds.list, this.direction);
  }

  order(direction: Order): Listing {
    return new Listing(this.db, this.table, this.index, this.bounds, direction);
  }

  async paginate(options: PaginationOptions): Promise<PaginationResult<Row>> {
    const { cursor, endCursor, numItems, maximumBytesRead = MOST_BYTES } = options;
    const end = typeof endCursor === "string" ? keyOf(endCursor) : null;
    const page: Row[] = [];
    let bytes = 0;
    let last = cursor === null ? null : keyOf(cursor);
    for await (const row of this.rowsAfter(last)) {
      const key = this.free.map((field) => row[field] as number);
      if (end !== null && this.isAfter(key, end)) break;
      page.push(row);
      last = key;
      bytes += getConvexSize(row);
      if (bytes >= maximumBytesRead || (end === null && page.length >= numItems))
        return { page, isDone: false, continueCursor: JSON.stringify(last) };
    }
    return { page, isDone: end === null, continueCursor: JSON.stringify(end ?? last ?? []) };
  }

  /** The fields that the rows are sorted by: those of the index, named in it, that are not equal in all of them. */
  private get free(): string[] {
    const named = this.index === "by_creation_time" ? [] : this.index.split("_").slice(1);
    return [...named, "_creationTime"].slice(this.fixed.length);
  }

  private get fixed(): Bound[] {
    return this.bounds.filter(({ kind }) => kind === "eq");
  }

  private isAfter(key: Key, other: Key): boolean {
    const at = key.findIndex((value, position) => value !== other[position]);
    if (at < 0) return false;
    return this.direction === "asc" ? key[at]! > other[at]! : key[at]! < other[at]!;
  }

  private async *rowsAfter(key: Key | null): AsyncGenerator<Row> {
    for (const bounds of this.rangesAfter(key)) {
      const range = (q: Bounds) => bounds.reduce((so, { kind, field, value }) => so[kind](field, value!), q);
      const query = this.db.query(this.table).withIndex(this.index, range as never);
      for await (const row of query.order(this.direction)) yield row as Row;
    }
  }

  /** First what is equal to the key but for its last field, then but for the last two, and so on. */
  private rangesAfter(key: Key | null): Bound[][] {
    if (key === null) return [this.bounds];
    const { free, fixed } = this;
    const [after, before] = this.direction === "asc" ? (["gt", "lt"] as const) : (["lt", "gt"] as const);
    const kept = this.bounds.filter(({ kind }) => kind.startsWith(before));
    const ranges = key.map((value, at): Bound[] => {
      const same = key.slice(0, at).map((value, i): Bound => ({ kind: "eq", field: free[i]!, value }));
      const next: Bound = { kind: after, field: free[at]!, value };
      // Convex takes the lower bound first.
      const range = at > 0 ? [next] : after === "gt" ? [next, ...kept] : [...kept, next];
      return [...fixed, ...same, ...range];
    });
    return ranges.reverse();
  }
}

function keyOf(cursor: string): Key {
  return JSON.parse(cursor) as Key;
}
