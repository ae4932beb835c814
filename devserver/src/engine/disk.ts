/** Where a deployment keeps what it was told: a folder (`on-disk/`), or the memory of the process. */
import type { Push } from "./api.js";
import type { JournalRecord } from "./journal-record.js";
import type { LoadedDefinition } from "./modules.js";

export interface Disk {
  /** Signs upload URLs; the same at each start. */
  readonly secret: Uint8Array;
  readonly files: FileDisk;
  readonly code: CodeDisk;
  /** Replays what was committed, and takes what is from then on; null where nothing outlives the process. */
  openJournal(apply: (record: JournalRecord) => void): Journal | null;
}

export interface Journal {
  /** About how much of it is not outdated, as the one who replayed it can tell. */
  liveBytes: number;
  readonly wantsCompaction: boolean;
  append(record: JournalRecord): void;
  /** What is appended from here on is not kept before this is. */
  flushAfter(work: Promise<void>): void;
  /** Replaces all that was appended by these records. */
  compact(records: Iterable<JournalRecord>): void;
  close(): Promise<void>;
}

export interface WrittenFile {
  /** In base64. */
  sha256: string;
  size: number;
  /** Resolves when a power cut takes it no more. */
  kept: Promise<void>;
}

export interface FileDisk {
  /** Forgets what was left half done, and every file that is not known. */
  open(isKnown: (name: string) => boolean): void;
  /** Keeps a file, unless `check` throws. */
  write(
    name: string,
    body: AsyncIterable<Uint8Array>,
    check: (written: WrittenFile) => void,
  ): Promise<WrittenFile>;
  /** How long it is; null if it is not there. */
  size(name: string): number | null;
  /** Bytes from `start` to `end` inclusive. */
  read(name: string, range?: { start: number; end: number }): AsyncIterable<Uint8Array>;
  remove(name: string): void;
}

export interface CodeDisk {
  /** Where pushed code lives, as it shows in the frames of stack traces. */
  readonly folder: string;
  /** The numbers of the pushes that are kept. */
  numbers(): Promise<number[]>;
  save(number: number, push: Push): Promise<void>;
  read(number: number): Promise<Push>;
  remove(number: number): Promise<void>;
  /** Evaluates what was saved: the components in the order of the push, then the app. */
  load(number: number, push: Push): Promise<LoadedDefinition[]>;
}
