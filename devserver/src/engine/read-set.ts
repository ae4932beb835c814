/** What a transaction read, as ids and index ranges, and whether a commit touched any of it. */
import type { Commit, ReadSet } from "./api.js";
import type { Document } from "./document.js";
import type { Index, Table } from "./table.js";

/** A half-open range of index keys. */
export interface Interval {
  start: string;
  end: string;
}

export interface Write {
  table: Table;
  id: string;
  before: Document | null;
  after: Document | null;
}

export interface AppliedCommit extends Commit {
  writes: Write[];
  /** Code or environment changed, so every result may be different. */
  everything: boolean;
}

interface TableReads {
  ids: Set<string>;
  ranges: Map<Index, Interval[]>;
}

export class RecordedReads implements ReadSet {
  #tables = new Map<Table, TableReads>();

  addId(table: Table, id: string): void {
    this.#of(table).ids.add(id);
  }

  /** Keeps the interval itself: a reader widens it as it goes on. */
  addRange(table: Table, index: Index, interval: Interval): void {
    const { ranges } = this.#of(table);
    const known = ranges.get(index);
    if (known === undefined) ranges.set(index, [interval]);
    else known.push(interval);
  }

  overlaps(commit: Commit): boolean {
    const { writes, everything } = commit as AppliedCommit;
    return everything || writes.some((write) => this.#sees(write));
  }

  #sees(write: Write): boolean {
    const reads = this.#tables.get(write.table);
    if (reads === undefined) return false;
    if (reads.ids.has(write.id)) return true;
    for (const [index, intervals] of reads.ranges) {
      const keys = [write.before, write.after]
        .filter((document) => document !== null)
        .map((d) => index.keyOf(d));
      if (keys.some((key) => intervals.some(({ start, end }) => start <= key && key < end))) return true;
    }
    return false;
  }

  #of(table: Table): TableReads {
    let reads = this.#tables.get(table);
    if (reads === undefined) this.#tables.set(table, (reads = { ids: new Set(), ranges: new Map() }));
    return reads;
  }
}
