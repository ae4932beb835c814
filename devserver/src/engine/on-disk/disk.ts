/** A data folder. Whoever opens it makes sure that nobody else has it open. */
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Disk } from "../disk.js";
import { FolderOfCode } from "./code.js";
import { FolderOfFiles } from "./files.js";
import { FileJournal } from "./journal.js";

export function openDisk(folder: string): Disk {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const dataDir = fs.realpathSync(folder);
  return {
    secret: readSecret(dataDir),
    files: new FolderOfFiles(dataDir),
    code: new FolderOfCode(path.join(dataDir, "pushes")),
    openJournal: (apply) => FileJournal.open(path.join(dataDir, "journal.jsonl"), apply),
  };
}

function readSecret(dataDir: string): Buffer {
  const filename = path.join(dataDir, "secret");
  if (!fs.existsSync(filename)) fs.writeFileSync(filename, randomBytes(32), { mode: 0o600, flush: true });
  return fs.readFileSync(filename);
}
