/**
 * File storage: each file is named by the uuid in a row of `_storage`.
 *
 * A file is kept before it gets its row, and the file of a deleted row goes after the commit. A crash in between
 * leaves a file without a row, which opening removes; never a row without its file. As with every commit, the disk is
 * told to keep it in the background: the file before its row. Where a power cut took bytes all the same, opening
 * removes the row.
 */
import type { StoredFile } from "./api.js";
import type { FileDisk } from "./disk.js";
import { makeDocument, type Document } from "./document.js";
import { newId } from "./document-id.js";
import type { AppliedCommit } from "./read-set.js";
import type { Store } from "./store.js";
import { STORAGE } from "./system-tables.js";

export interface StoreOptions {
  contentType: string | null;
  sha256Base64?: string | undefined;
}

export class FileStore {
  /** Every stored file, by the uuid of its URL. */
  readonly #rows = new Map<string, { component: string; row: Document }>();

  constructor(
    private readonly disk: FileDisk,
    private readonly store: Store,
  ) {}

  /** After the journal was replayed: forgets leftovers and follows commits from here on. */
  open(): void {
    for (const table of this.store.allTables()) {
      if (table.name === STORAGE)
        for (const row of table.documents.values()) this.#remember(table.component, row);
    }
    this.disk.open((uuid) => this.#rows.has(uuid));
    this.store.listeners.add((commit) => this.#follow(commit));
    for (const [uuid, { component, row }] of this.#rows)
      if (!this.#isWhole(uuid, row)) this.#forget(component, row);
  }

  async save(
    component: string,
    body: AsyncIterable<Uint8Array>,
    options: StoreOptions,
  ): Promise<{ storageId: string }> {
    const uuid = crypto.randomUUID();
    const { epoch } = this.store;
    const { sha256, size } = await this.disk.write(uuid, body, (written) => {
      this.store.journal?.flushAfter(written.kept);
      checkDigest(options.sha256Base64, written.sha256);
    });
    if (epoch !== this.store.epoch) this.disk.remove(uuid);
    this.store.assertSameEpoch(epoch);
    return { storageId: this.#addRow(component, uuid, { sha256, size, contentType: options.contentType }) };
  }

  find(component: string, uuid: string): StoredFile | null {
    const found = this.#rows.get(uuid);
    if (found === undefined || found.component !== component) return null;
    const { sha256, size, contentType } = found.row.value as {
      sha256: string;
      size: number;
      contentType: string | null;
    };
    return {
      contentType,
      size,
      sha256Base64: sha256,
      read: (range) => this.disk.read(uuid, range),
    };
  }

  #addRow(
    component: string,
    uuid: string,
    fields: { sha256: string; size: number; contentType: string | null },
  ): string {
    const table = this.store.table(component, STORAGE);
    const row = makeDocument(newId(table.number), this.store.nextCreationTime(), fields, uuid);
    this.store.commit([{ table, id: row.id, before: null, after: row }]);
    return row.id;
  }

  #follow(commit: AppliedCommit): void {
    for (const { table, before, after } of commit.writes) {
      if (table.name !== STORAGE) continue;
      if (after) this.#remember(table.component, after);
      else if (before) {
        this.#rows.delete(uuidOf(before));
        this.disk.remove(uuidOf(before));
      }
    }
  }

  #remember(component: string, row: Document): void {
    this.#rows.set(uuidOf(row), { component, row });
  }

  #isWhole(uuid: string, row: Document): boolean {
    return this.disk.size(uuid) === (row.value as { size: number }).size;
  }

  #forget(component: string, row: Document): void {
    const table = this.store.table(component, STORAGE);
    this.store.commit([{ table, id: row.id, before: row, after: null }]);
  }
}

export function uuidOf(row: Document): string {
  return row.internal as string;
}

/** Thrown when the bytes that arrived are not those that were announced. */
export class DigestMismatch extends Error {
  override name = "Sha256Mismatch";
}

function checkDigest(expected: string | undefined, actual: string): void {
  if (expected === undefined || expected === actual) return;
  throw new DigestMismatch(
    `The file has SHA-256 ${actual}, but ${expected} was announced: nothing was stored.`,
  );
}
