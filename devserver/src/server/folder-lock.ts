/**
 * One server per data folder. The lock names a loopback port that its holder listens on: unlike a process
 * id it cannot outlive a kill -9 and cannot come to mean somebody else.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";

const LOOPBACK = "127.0.0.1";
const PROBE_TIMEOUT_MS = 2000;

interface Holder {
  pid: number;
  port: number;
  secret: string;
}

/** Answers how to release it; throws if a running server holds the folder. */
export async function lockFolder(dataDir: string): Promise<() => Promise<void>> {
  const path = join(dataDir, "server.lock");
  const secret = randomBytes(16).toString("hex");
  const beacon = await answerWith(secret);
  try {
    const { port } = beacon.address() as AddressInfo;
    await take(path, { pid: process.pid, port, secret }, dataDir);
  } catch (error) {
    beacon.close();
    throw error;
  }
  return async () => {
    beacon.close();
    await rm(path, { force: true });
  };
}

/** The port that shows that the holder is alive. */
async function answerWith(secret: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.end(secret);
  });
  server.listen(0, LOOPBACK);
  await once(server, "listening");
  return server.unref();
}

async function take(path: string, own: Holder, dataDir: string): Promise<void> {
  const written = `${path}.${own.secret}`;
  await writeFile(written, JSON.stringify(own), { mode: 0o600 });
  try {
    while (!(await linkIfFree(written, path))) {
      const holder = await readHolder(path);
      if (holder !== null && (await isAlive(holder))) throw inUse(dataDir, holder);
      await removeStale(path, holder);
    }
  } finally {
    await rm(written, { force: true });
  }
}

/** A link appears whole and only where nothing is, so of several that start at once one wins. */
async function linkIfFree(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function removeStale(path: string, stale: Holder | null): Promise<void> {
  const aside = `${path}.${randomBytes(8).toString("hex")}`;
  try {
    await rename(path, aside);
  } catch {
    // Somebody else removed it first.
    return;
  }
  // Taken since we looked? Then it goes back.
  if ((await readHolder(aside))?.secret !== stale?.secret) await linkIfFree(aside, path);
  await rm(aside, { force: true });
}

const inUse = (dataDir: string, { pid }: Holder): Error =>
  new Error(
    `${dataDir} is in use by a running deployment (process ${pid}). Stop it, or choose another folder.`,
  );

async function readHolder(path: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Holder;
  } catch {
    // Gone, or not ours: nobody can be reached through it.
    return null;
  }
}

async function isAlive({ port, secret }: Holder): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: LOOPBACK, port, timeout: PROBE_TIMEOUT_MS });
    let answer = "";
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => (answer += chunk));
    socket.on("timeout", () => socket.destroy());
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(answer === secret));
  });
}
