/**
 * File storage on disk: `files/<uuid>`, each named by a row of `_storage`.
 *
 * A file is written to `tmp/` while it is hashed, renamed, and only then gets its row; the file of a deleted
 * row goes after the commit. A crash in between leaves a file without a row, which opening the folder removes;
 * never a row without its file. As with every commit, the disk is told to keep it in the background: the file
 * before its row. Where a power cut took bytes all the same, opening removes the row.
 */
import { createHash, randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Readable } from "node:stream";
import type { StoredFile } from "./api.js";
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
  readonly #files: string;
  readonly #incoming: string;
  /** Every stored file, by the uuid of its URL. */
  readonly #rows = new Map<string, { component: string; row: Document }>();

  constructor(
    dataDir: string,
    private readonly store: Store,
  ) {
    this.#files = path.join(dataDir, "files");
    this.#incoming = path.join(dataDir, "tmp");
  }

  /** After the journal was replayed: forgets leftovers and follows commits from here on. */
  open(): void {
    fs.rmSync(this.#incoming, { recursive: true, force: true });
    for (const folder of [this.#files, this.#incoming]) fs.mkdirSync(folder, { recursive: true });
    for (const table of this.store.allTables()) {
      if (table.name === STORAGE)
        for (const row of table.documents.values()) this.#remember(table.component, row);
    }
    for (const name of fs.readdirSync(this.#files)) if (!this.#rows.has(name)) this.#unlink(name);
    this.store.listeners.add((commit) => this.#follow(commit));
    for (const [uuid, { component, row }] of this.#rows)
      if (!this.#isWhole(uuid, row)) this.#forget(component, row);
  }

  async save(component: string, body: Readable, options: StoreOptions): Promise<{ storageId: string }> {
    const uuid = randomUUID();
    const incoming = path.join(this.#incoming, uuid);
    try {
      const { sha256, size, kept } = await writeHashed(body, incoming);
      this.store.journal?.flushAfter(kept);
      checkDigest(options.sha256Base64, sha256);
      await fs.promises.rename(incoming, this.#path(uuid));
      return { storageId: this.#addRow(component, uuid, { sha256, size, contentType: options.contentType }) };
    } catch (error) {
      await fs.promises.rm(incoming, { force: true });
      throw error;
    }
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
      read: (range) => fs.createReadStream(this.#path(uuid), range),
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
        this.#unlink(uuidOf(before));
      }
    }
  }

  #remember(component: string, row: Document): void {
    this.#rows.set(uuidOf(row), { component, row });
  }

  #isWhole(uuid: string, row: Document): boolean {
    const size = fs.statSync(this.#path(uuid), { throwIfNoEntry: false })?.size;
    return size === (row.value as { size: number }).size;
  }

  #forget(component: string, row: Document): void {
    const table = this.store.table(component, STORAGE);
    this.store.commit([{ table, id: row.id, before: row, after: null }]);
  }

  #unlink(uuid: string): void {
    fs.rmSync(this.#path(uuid), { force: true });
  }

  #path(uuid: string): string {
    return path.join(this.#files, uuid);
  }
}

export function uuidOf(row: Document): string {
  return row.internal as string;
}

/** So much is gathered before it is written: a call for each chunk off the wire would be most of the work. */
const WRITTEN_AT_ONCE = 1 << 20;

interface Written {
  sha256: string;
  size: number;
  /** Resolves when the disk has it. */
  kept: Promise<void>;
}

async function writeHashed(body: Readable, filename: string): Promise<Written> {
  const hash = createHash("sha256");
  const writer = new FileWriter(await fs.promises.open(filename, "wx"));
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      hash.update(chunk);
      size += chunk.length;
      await writer.add(chunk);
    }
    await writer.finish();
  } catch (error) {
    await writer.close();
    throw error;
  }
  return { sha256: hash.digest("base64"), size, kept: writer.keep() };
}

/** The disk is told to keep it as it comes, so that not all of a large file is left for the end. */
const KEPT_AT_ONCE = 8 << 20;

/** Writes what has been gathered while more is read. */
class FileWriter {
  #gathered: Buffer[] = [];
  #bytes = 0;
  #writing: Promise<void> = Promise.resolve();
  #unkept = 0;
  #keeping: Promise<void> | null = null;

  constructor(private readonly file: fs.promises.FileHandle) {}

  async add(chunk: Buffer): Promise<void> {
    this.#gathered.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes >= WRITTEN_AT_ONCE) await this.#flush();
  }

  /** From here on a killed process loses nothing of it. */
  async finish(): Promise<void> {
    if (this.#bytes > 0) await this.#flush();
    await this.#writing;
  }

  async keep(): Promise<void> {
    try {
      await this.#keeping;
      await this.file.sync();
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#writing, this.#keeping]);
    await this.file.close();
  }

  #keepSome(): void {
    if (this.#keeping !== null || this.#unkept < KEPT_AT_ONCE) return;
    this.#unkept = 0;
    // What fails here fails again at the end, where it is answered.
    const done = () => {
      this.#keeping = null;
    };
    this.#keeping = this.file.datasync().then(done, done);
  }

  /** Waits for the write before this one, so that no more than two are in memory. */
  async #flush(): Promise<void> {
    await this.#writing;
    this.#keepSome();
    this.#unkept += this.#bytes;
    this.#writing = writeAll(this.file, this.#gathered, this.#bytes);
    // Whoever comes next awaits it; until then a failure is no unhandled one.
    this.#writing.catch(() => undefined);
    this.#gathered = [];
    this.#bytes = 0;
  }
}

async function writeAll(file: fs.promises.FileHandle, chunks: Buffer[], size: number): Promise<void> {
  const { bytesWritten } = await file.writev(chunks);
  if (bytesWritten < size) throw new Error(`Only ${bytesWritten} of ${size} bytes could be written.`);
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
