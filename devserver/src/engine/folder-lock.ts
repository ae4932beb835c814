/** Keeps two engines out of one data folder: a file that holds the process id of its user. */
import * as fs from "node:fs";
import * as path from "node:path";

/** Folders that this process has open: a process id found on disk says nothing about ourselves. */
const ours = new Set<string>();

/** Returns how to give the folder back. */
export function lockFolder(folder: string): () => void {
  const filename = path.join(fs.realpathSync(folder), "lock");
  if (ours.has(filename)) throw inUse(folder, process.pid);
  const taken = tryCreate(filename) || (removeStale(folder, filename) && tryCreate(filename));
  if (!taken) throw inUse(folder, Number(fs.readFileSync(filename, "utf8")));
  ours.add(filename);
  return () => {
    if (ours.delete(filename)) fs.rmSync(filename, { force: true });
  };
}

function tryCreate(filename: string): boolean {
  try {
    fs.writeFileSync(filename, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function removeStale(folder: string, filename: string): true {
  const owner = Number(fs.readFileSync(filename, "utf8"));
  if (owner !== process.pid && isRunning(owner)) throw inUse(folder, owner);
  fs.rmSync(filename, { force: true });
  return true;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process may not be signalled, but it is there.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function inUse(folder: string, pid: number): Error {
  return new Error(
    `The data folder ${folder} is in use by process ${pid}: stop it, choose another folder, or, if that is ` +
      `another program by now, delete the file "lock" in it.`,
  );
}
