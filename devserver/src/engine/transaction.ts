/**
 * A transaction: an overlay of pending writes over the committed state, and a record of all that it read.
 *
 * It reads the newest commit. That stays one consistent snapshot because a commit that touches anything this
 * transaction has read dooms it: its next step throws, and whoever runs it starts it over.
 */
import type { Document } from "./document.js";
import { AFTER } from "./order-key.js";
import { RecordedReads, type AppliedCommit, type Interval, type Write } from "./read-set.js";
import { SortedMap } from "./sorted-map.js";
import type { Store, Watcher } from "./store.js";
import type { Index, Table } from "./table.js";
import { Usage } from "./usage.js";

/** Thrown inside a doomed transaction. Its result is discarded, so user code that catches it does no harm. */
export class ConflictError extends Error {
  override name = "ConflictError";
}

export type Order = "asc" | "desc";

/** Pending documents of one table; null is a deletion. Indexes are built when a query first needs them. */
class PendingTable {
  readonly documents = new Map<string, Document | null>();
  readonly #indexes = new Map<Index, SortedMap<Document>>();

  index(index: Index): SortedMap<Document> {
    let entries = this.#indexes.get(index);
    if (entries === undefined) {
      entries = new SortedMap();
      for (const document of this.documents.values())
        if (document) entries.set(index.keyOf(document), document);
      this.#indexes.set(index, entries);
    }
    return entries;
  }

  /** `undefined` forgets the entry, so that the committed document shows again. */
  set(id: string, next: Document | null | undefined): void {
    const previous = this.documents.get(id);
    if (next === undefined) this.documents.delete(id);
    else this.documents.set(id, next);
    for (const [index, entries] of this.#indexes) {
      if (previous) entries.delete(index.keyOf(previous));
      if (next) entries.set(index.keyOf(next), next);
    }
  }
}

export class Transaction implements Watcher {
  readonly reads = new RecordedReads();
  readonly usage = new Usage();
  readonly beginTs: bigint;
  readonly time: number;
  /** Whether something that it wrote waits for the timestamp of its commit. */
  usesCommitTs = false;
  /** Where the page of the query ends that began this; set before, it must end there again. */
  pageEnd: string | null = null;
  #doomed = false;
  #over = false;
  readonly #pending = new Map<Table, PendingTable>();
  #undo: { table: Table; id: string; previous: Document | null | undefined }[] = [];

  constructor(readonly store: Store) {
    this.beginTs = store.ts;
    this.time = store.now();
    store.watchers.add(this);
  }

  get doomed(): boolean {
    return this.#doomed;
  }

  onCommit(commit: AppliedCommit): void {
    if (this.reads.overlaps(commit)) this.#doomed = true;
  }

  /** Finished, or given up: what the function left running in the background can do nothing more. */
  release(): void {
    this.#over = true;
    this.store.watchers.delete(this);
  }

  get(table: Table, id: string): Document | null {
    this.#assertValid();
    this.reads.addId(table, id);
    const pending = this.#pending.get(table)?.documents.get(id);
    return pending !== undefined ? pending : (table.documents.get(id) ?? null);
  }

  scan(table: Table, index: Index, range: Interval, order: Order): RangeReader {
    this.#assertValid();
    return new RangeReader(this, table, index, range, order);
  }

  put(table: Table, id: string, next: Document | null): void {
    this.#assertValid();
    let pending = this.#pending.get(table);
    if (pending === undefined) this.#pending.set(table, (pending = new PendingTable()));
    this.#undo.push({ table, id, previous: pending.documents.get(id) });
    pending.set(id, next);
  }

  savepoint(): number {
    return this.#undo.length;
  }

  rollbackTo(savepoint: number): void {
    for (const { table, id, previous } of this.#undo.splice(savepoint).reverse()) {
      this.#pending.get(table)?.set(id, previous);
    }
  }

  writes(): Write[] {
    const writes: Write[] = [];
    for (const [table, pending] of this.#pending) {
      for (const [id, after] of pending.documents) {
        const before = table.documents.get(id) ?? null;
        if (before !== after) writes.push({ table, id, before, after });
      }
    }
    return writes;
  }

  /** The next entry of an index at or after (or before) a key, pending writes included. */
  step(table: Table, index: Index, from: string, order: Order): [string, Document] | undefined {
    this.#assertValid();
    const pending = this.#pending.get(table);
    const own = pending && seek(pending.index(index), from, order);
    let committed = seek(index.entries, from, order);
    while (committed && pending?.documents.has(committed[1].id)) {
      committed = seek(index.entries, order === "asc" ? committed[0] + "\x00" : committed[0], order);
    }
    if (!own || !committed) return own ?? committed;
    const ownFirst = order === "asc" ? own[0] <= committed[0] : own[0] >= committed[0];
    return ownFirst ? own : committed;
  }

  #assertValid(): void {
    if (this.#over) throw new Error("The function has ended: await everything that it starts.");
    if (this.#doomed) throw new ConflictError("Data that this function read was changed meanwhile.");
  }
}

function seek(entries: SortedMap<Document>, from: string, order: Order): [string, Document] | undefined {
  return order === "asc" ? entries.atOrAfter(from) : entries.before(from);
}

/** Reads an index range lazily and records exactly the part that was looked at. */
export class RangeReader {
  readonly #seen: Interval;
  #from: string;
  #done = false;

  constructor(
    private readonly transaction: Transaction,
    private readonly table: Table,
    private readonly index: Index,
    private readonly range: Interval,
    private readonly order: Order,
  ) {
    this.#from = order === "asc" ? range.start : range.end;
    this.#seen = { start: this.#from, end: this.#from };
    transaction.reads.addRange(table, index, this.#seen);
  }

  /** The next document, or null at the end of the range. */
  next(): { key: string; document: Document } | null {
    if (this.#done) return null;
    const entry = this.transaction.step(this.table, this.index, this.#from, this.order);
    if (entry === undefined || entry[0] < this.range.start || entry[0] >= this.range.end) {
      this.#done = true;
      Object.assign(this.#seen, this.range);
      return null;
    }
    const [key, document] = entry;
    if (this.order === "asc") this.#seen.end = this.#from = key + "\x00";
    else this.#seen.start = this.#from = key;
    this.transaction.usage.addRead(document.size);
    return { key, document };
  }
}

/** All keys that start with a prefix. */
export function prefixInterval(prefix: string): Interval {
  return { start: prefix, end: prefix + AFTER };
}
