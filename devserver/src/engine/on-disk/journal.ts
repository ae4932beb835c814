/**
 * The append-only file behind the deployment: one JSON line per commit.
 *
 * A line is written before the commit is visible or answered, so a killed process loses nothing that it
 * acknowledged; the disk is told to keep it in the background, one flush for all lines since the last. A
 * line that was cut off by a crash is the last one and was never acknowledged: opening truncates it, or the
 * next line would be glued to it.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Journal } from "../disk.js";
import type { JournalRecord } from "../journal-record.js";

const FORMAT = 1;
const READ_SIZE = 1 << 20;
/** Rewriting starts when dead lines outweigh live data this many times, and not for small files. */
const GROWTH_BEFORE_COMPACTION = 4;
const MIN_COMPACTION_BYTES = 4 << 20;

export class FileJournal implements Journal {
  #file: number;
  #bytes: number;
  #liveBytes = MIN_COMPACTION_BYTES;
  #flushing: Promise<void> | null = null;
  #first = new Set<Promise<void>>();
  #unflushed = false;
  #closed = false;

  private constructor(
    readonly filename: string,
    bytes: number,
  ) {
    this.#file = fs.openSync(filename, "a");
    this.#bytes = bytes;
  }

  get liveBytes(): number {
    return this.#liveBytes;
  }

  set liveBytes(bytes: number) {
    this.#liveBytes = Math.max(bytes, MIN_COMPACTION_BYTES);
  }

  /** Replays every complete line into `apply`, drops a torn tail and opens the file for appending. */
  static open(filename: string, apply: (record: JournalRecord) => void): FileJournal {
    fs.rmSync(filename + ".new", { force: true });
    if (!fs.existsSync(filename)) fs.writeFileSync(filename, header());
    const end = replay(filename, apply);
    if (end === 0) fs.writeFileSync(filename, header());
    else fs.truncateSync(filename, end);
    return new FileJournal(filename, fs.statSync(filename).size);
  }

  append(record: JournalRecord): void {
    // The descriptor may be another file's by now.
    if (this.#closed) throw new Error("The deployment has stopped: nothing can be written any more.");
    const line = Buffer.from(JSON.stringify(record) + "\n");
    try {
      writeFully(this.#file, line);
    } catch (error) {
      // A full disk may have taken half of the line: without it, the journal stays whole.
      fs.ftruncateSync(this.#file, this.#bytes);
      throw error;
    }
    this.#bytes += line.length;
    this.#unflushed = true;
    this.#flushing ??= this.#flushAll();
  }

  /** What the next lines name is to be kept before they are. */
  flushAfter(kept: Promise<void>): void {
    this.#first.add(kept);
    const done = () => this.#first.delete(kept);
    kept.then(done, done);
  }

  get wantsCompaction(): boolean {
    return this.#bytes > GROWTH_BEFORE_COMPACTION * this.#liveBytes;
  }

  /** Replaces the file by these records, so that at every moment one complete journal exists. */
  compact(records: Iterable<JournalRecord>): void {
    const next = this.filename + ".new";
    const file = fs.openSync(next, "w");
    writeFully(file, Buffer.from(header()));
    for (const record of records) writeFully(file, Buffer.from(JSON.stringify(record) + "\n"));
    fs.fsyncSync(file);
    fs.renameSync(next, this.filename);
    syncFolder(path.dirname(this.filename));
    fs.closeSync(this.#file);
    this.#file = file;
    this.#bytes = fs.fstatSync(file).size;
    this.liveBytes = this.#bytes;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#flushing;
    fs.fdatasyncSync(this.#file);
    fs.closeSync(this.#file);
  }

  async #flushAll(): Promise<void> {
    while (this.#unflushed) {
      this.#unflushed = false;
      await Promise.all(this.#first);
      const file = this.#file;
      await new Promise<void>((resolve, reject) =>
        fs.fdatasync(file, (error) => {
          // Compaction replaced (and fsynced) the file meanwhile: the old descriptor may be closed.
          if (error && file === this.#file) reject(error);
          else resolve();
        }),
      );
    }
    this.#flushing = null;
  }
}

function header(): string {
  return JSON.stringify({ jobsyncJournal: FORMAT }) + "\n";
}

/** Returns the position after the last complete line. */
function replay(filename: string, apply: (record: JournalRecord) => void): number {
  let end = 0;
  for (const { text, after } of completeLines(filename)) {
    if (end === 0) checkHeader(filename, text);
    else apply(parseLine(filename, text, end));
    end = after;
  }
  return end;
}

function parseLine(filename: string, text: string, position: number): JournalRecord {
  try {
    return JSON.parse(text) as JournalRecord;
  } catch {
    throw new Error(
      `The journal ${filename} is damaged at byte ${position}: restore the folder from a backup, or cut the file there.`,
    );
  }
}

function checkHeader(filename: string, text: string): void {
  if (text.includes(`"jobsyncJournal":${FORMAT}`)) return;
  throw new Error(
    `${filename} is not a journal of this version (format ${FORMAT}): choose another data folder.`,
  );
}

function* completeLines(filename: string): Generator<{ text: string; after: number }> {
  const file = fs.openSync(filename, "r");
  try {
    let rest = Buffer.alloc(0);
    let position = 0;
    const chunk = Buffer.alloc(READ_SIZE);
    for (let read = 0; (read = fs.readSync(file, chunk)) > 0;) {
      rest = Buffer.concat([rest, chunk.subarray(0, read)]);
      for (let at = 0; (at = rest.indexOf(10)) >= 0; rest = rest.subarray(at + 1)) {
        position += at + 1;
        yield { text: rest.toString("utf8", 0, at), after: position };
      }
    }
  } finally {
    fs.closeSync(file);
  }
}

function writeFully(file: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) done += fs.writeSync(file, bytes, done);
}

function syncFolder(folder: string): void {
  const handle = fs.openSync(folder, "r");
  fs.fsyncSync(handle);
  fs.closeSync(handle);
}
