/**
 * Stored files in a folder: `files/<uuid>`.
 *
 * A file is written to `tmp/` while it is hashed, and then renamed; the disk is told to keep it in the background.
 */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { FileDisk, WrittenFile } from "../disk.js";

export class FolderOfFiles implements FileDisk {
  readonly #files: string;
  readonly #incoming: string;

  constructor(dataDir: string) {
    this.#files = path.join(dataDir, "files");
    this.#incoming = path.join(dataDir, "tmp");
  }

  open(isKnown: (name: string) => boolean): void {
    fs.rmSync(this.#incoming, { recursive: true, force: true });
    for (const folder of [this.#files, this.#incoming]) fs.mkdirSync(folder, { recursive: true });
    for (const name of fs.readdirSync(this.#files)) if (!isKnown(name)) this.remove(name);
  }

  async write(
    name: string,
    body: AsyncIterable<Uint8Array>,
    check: (written: WrittenFile) => void,
  ): Promise<WrittenFile> {
    const incoming = path.join(this.#incoming, name);
    try {
      const written = await writeHashed(body, incoming);
      check(written);
      await fs.promises.rename(incoming, this.#path(name));
      return written;
    } catch (error) {
      await fs.promises.rm(incoming, { force: true });
      throw error;
    }
  }

  size(name: string): number | null {
    return fs.statSync(this.#path(name), { throwIfNoEntry: false })?.size ?? null;
  }

  read(name: string, range?: { start: number; end: number }): fs.ReadStream {
    return fs.createReadStream(this.#path(name), range);
  }

  remove(name: string): void {
    fs.rmSync(this.#path(name), { force: true });
  }

  #path(name: string): string {
    return path.join(this.#files, name);
  }
}

/** So much is gathered before it is written: a call for each chunk off the wire would be most of the work. */
const WRITTEN_AT_ONCE = 1 << 20;

async function writeHashed(body: AsyncIterable<Uint8Array>, filename: string): Promise<WrittenFile> {
  const hash = createHash("sha256");
  const writer = new FileWriter(await fs.promises.open(filename, "wx"));
  let size = 0;
  try {
    for await (const chunk of body) {
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
  #gathered: Uint8Array[] = [];
  #bytes = 0;
  #writing: Promise<void> = Promise.resolve();
  #unkept = 0;
  #keeping: Promise<void> | null = null;

  constructor(private readonly file: fs.promises.FileHandle) {}

  async add(chunk: Uint8Array): Promise<void> {
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

async function writeAll(file: fs.promises.FileHandle, chunks: Uint8Array[], size: number): Promise<void> {
  const { bytesWritten } = await file.writev(chunks);
  if (bytesWritten < size) throw new Error(`Only ${bytesWritten} of ${size} bytes could be written.`);
}
