/** Keeps everything in memory, and runs the functions that this program was built with. */
import { sha256 } from "@noble/hashes/sha2.js";
import { randomBytes, toText } from "#platform";
import type { Push } from "../engine/api.js";
import type { CodeDisk, Disk, FileDisk, WrittenFile } from "../engine/disk.js";
import type { LoadedDefinition } from "../engine/modules.js";

/** Functions that are part of the program: what a push would load. */
export interface BuiltIn {
  /** SHA-256 of the recorded push that they are. */
  digest: string;
  push: Push;
  definitions: LoadedDefinition[];
}

export function memoryDisk(builtIn: BuiltIn): Disk {
  return {
    secret: randomBytes(32),
    files: new MemoryFiles(),
    code: new BuiltInCode(builtIn),
    openJournal: () => null,
  };
}

class MemoryFiles implements FileDisk {
  readonly #files = new Map<string, Uint8Array>();

  open(): void {
    // Nothing is left from before.
  }

  async write(
    name: string,
    body: AsyncIterable<Uint8Array>,
    check: (written: WrittenFile) => void,
  ): Promise<WrittenFile> {
    const chunks: Uint8Array[] = [];
    const hash = sha256.create();
    for await (const chunk of body) {
      hash.update(chunk);
      chunks.push(chunk);
    }
    const bytes = await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer();
    const sha = toText(hash.digest(), "base64");
    const written = { sha256: sha, size: bytes.byteLength, kept: Promise.resolve() };
    check(written);
    this.#files.set(name, new Uint8Array(bytes));
    return written;
  }

  size(name: string): number | null {
    return this.#files.get(name)?.length ?? null;
  }

  async *read(name: string, range?: { start: number; end: number }): AsyncIterable<Uint8Array> {
    const bytes = this.#files.get(name);
    if (bytes === undefined) throw new Error(`There is no file ${name}.`);
    yield await Promise.resolve(range === undefined ? bytes : bytes.subarray(range.start, range.end + 1));
  }

  remove(name: string): void {
    this.#files.delete(name);
  }
}

class BuiltInCode implements CodeDisk {
  readonly folder = "built-in:";

  constructor(private readonly builtIn: BuiltIn) {}

  numbers(): Promise<number[]> {
    return Promise.resolve([]);
  }

  save(_number: number, push: Push): Promise<void> {
    if (push === this.builtIn.push) return Promise.resolve();
    return Promise.reject(
      new Error("A deployment in memory runs the functions that it was built with only."),
    );
  }

  read(): Promise<Push> {
    return Promise.resolve(this.builtIn.push);
  }

  remove(): Promise<void> {
    return Promise.resolve();
  }

  load(): Promise<LoadedDefinition[]> {
    return Promise.resolve(this.builtIn.definitions);
  }
}
