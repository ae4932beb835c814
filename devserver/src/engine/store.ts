/**
 * The committed state of the deployment: tables, clock, and the one place where commits happen.
 *
 * A commit is synchronous: it is journalled, applied to the tables, and shown to running transactions (which
 * must start over if they read what changed) and to listeners, in this order and without a gap.
 */
import { jsonToConvex } from "convex/values";
import { documentJson, makeDocument, type Document, type Fields } from "./document.js";
import type { Journal } from "./disk.js";
import type { JournalRecord, JournalWrite } from "./journal-record.js";
import type { AppliedCommit, Write } from "./read-set.js";
import { Table } from "./table.js";

/** A transaction that is running: told about every commit. */
export interface Watcher {
  onCommit(commit: AppliedCommit): void;
}

/** What a commit may change besides documents. */
export type Changes = Pick<JournalRecord, "environment" | "push" | "answer">;

/** What began before a reset must not reach what comes after it. */
export class ResetError extends Error {
  override name = "ResetError";

  constructor() {
    super("The deployment was reset meanwhile: nothing was done.");
  }
}

export class Store {
  readonly watchers = new Set<Watcher>();
  readonly listeners = new Set<(commit: AppliedCommit) => void>();
  readonly #tables = new Map<string, Table>();
  readonly #byNumber = new Map<number, Table>();
  readonly #journalledTables = new Set<Table>();
  #epoch = 0;
  #ts = 0n;
  #creationTime = 0;
  #lastNumber = 0;
  #journal: Journal | null = null;

  constructor(readonly now: () => number) {}

  get ts(): bigint {
    return this.#ts;
  }

  /** Grows with each `clear`: what began in an earlier one must not write any more. */
  get epoch(): number {
    return this.#epoch;
  }

  assertSameEpoch(epoch: number): void {
    if (epoch !== this.#epoch) throw new ResetError();
  }

  /** From here on commits are durable. */
  attach(journal: Journal): void {
    this.#journal = journal;
    let bytes = 0;
    for (const table of this.allTables()) for (const { size } of table.documents.values()) bytes += size;
    journal.liveBytes = bytes;
  }

  get journal(): Journal | null {
    return this.#journal;
  }

  /** The table of this name; it gets its number on first use. */
  table(component: string, name: string): Table {
    const key = tableKey(component, name);
    return this.#tables.get(key) ?? this.#addTable(new Table(this.#lastNumber + 1, component, name));
  }

  existingTable(component: string, name: string): Table | undefined {
    return this.#tables.get(tableKey(component, name));
  }

  tableByNumber(number: number): Table | undefined {
    return this.#byNumber.get(number);
  }

  allTables(): Iterable<Table> {
    return this.#byNumber.values();
  }

  /** Strictly increasing, across restarts too, even if the clock went back. */
  nextCreationTime(): number {
    const now = this.now();
    this.#creationTime = now > this.#creationTime ? now : this.#creationTime + 0.001;
    return this.#creationTime;
  }

  /** Strictly increasing: nanoseconds since epoch, or one more than the last when the clock lags behind. */
  nextTs(): bigint {
    const clock = BigInt(Math.floor(this.now())) * 1_000_000n;
    return clock > this.#ts ? clock : this.#ts + 1n;
  }

  commit(writes: Write[], changes: Changes = {}, ts = this.nextTs()): AppliedCommit {
    const fresh = this.#notJournalled(writes);
    this.#journal?.append(makeRecord(ts, fresh, writes, changes));
    for (const table of fresh) this.#journalledTables.add(table);
    this.#ts = ts;
    for (const { table, id, after } of writes) table.put(id, after);
    const everything = changes.environment !== undefined || changes.push !== undefined;
    const commit: AppliedCommit = { ts, writes, everything };
    for (const watcher of this.watchers) watcher.onCommit(commit);
    for (const listener of this.listeners) listener(commit);
    return commit;
  }

  /** Removes all documents. Timestamps go on: clients that are connected have seen them. */
  clear(): void {
    this.#epoch += 1;
    const tables = [...this.allTables()];
    const removed = tables.flatMap((table) =>
      [...table.documents].map(([id, before]): Write => ({ table, id, before, after: null })),
    );
    // As a change of everything: also transactions that saw none of the documents are over.
    this.commit(removed, { environment: {} });
    this.#creationTime = 0;
    if (this.#journal !== null) this.#journal.liveBytes = 0;
  }

  /** Applies what a journal line says. */
  replay(record: JournalRecord): void {
    this.#ts = BigInt(record.ts);
    this.#creationTime = Math.max(this.#creationTime, record.creationTime ?? 0);
    for (const [number, component, name] of record.tables ?? []) {
      this.#journalledTables.add(this.#addTable(new Table(number, component, name)));
    }
    for (const write of record.writes ?? []) this.#replayWrite(write);
  }

  /** The tables' part of a compacted journal, in lines of bounded size. */
  *snapshot(batchSize: number): Generator<JournalRecord> {
    const ts = String(this.#ts);
    yield { ts, tables: tableEntries(this.#journalledTables), creationTime: this.#creationTime };
    for (const table of this.#journalledTables) {
      const documents = [...table.documents.values()];
      for (let at = 0; at < documents.length; at += batchSize) {
        const batch = documents.slice(at, at + batchSize);
        yield { ts, writes: batch.map((document) => journalWrite(table, document.id, document)) };
      }
    }
  }

  #notJournalled(writes: Write[]): Set<Table> {
    return new Set(writes.map(({ table }) => table).filter((table) => !this.#journalledTables.has(table)));
  }

  #replayWrite([number, id, json, internal]: JournalWrite): void {
    const table = this.#byNumber.get(number);
    if (table === undefined)
      throw new Error(`The journal writes to table number ${number} before it names it.`);
    if (json === null) return table.put(id, null);
    const { _id, _creationTime, ...fields } = jsonToConvex(json) as Fields;
    this.#creationTime = Math.max(this.#creationTime, _creationTime as number);
    table.put(id, makeDocument(_id as string, _creationTime as number, fields, internal));
  }

  #addTable(table: Table): Table {
    this.#tables.set(tableKey(table.component, table.name), table);
    this.#byNumber.set(table.number, table);
    this.#lastNumber = Math.max(this.#lastNumber, table.number);
    return table;
  }
}

function makeRecord(ts: bigint, fresh: Set<Table>, writes: Write[], changes: Changes): JournalRecord {
  return {
    ts: String(ts),
    ...(fresh.size > 0 ? { tables: tableEntries(fresh) } : {}),
    ...(writes.length > 0 ? { writes: writes.map((w) => journalWrite(w.table, w.id, w.after)) } : {}),
    ...changes,
  };
}

function tableEntries(tables: Iterable<Table>): NonNullable<JournalRecord["tables"]> {
  return [...tables].map(({ number, component, name }) => [number, component, name]);
}

function tableKey(component: string, name: string): string {
  return `${component}\n${name}`;
}

function journalWrite(table: Table, id: string, document: Document | null): JournalWrite {
  if (document === null) return [table.number, id, null];
  const json = documentJson(document);
  return document.internal === undefined
    ? [table.number, id, json]
    : [table.number, id, json, document.internal];
}
