/**
 * One server per data folder. The lock is a loopback port that its holder listens on: unlike a process
 * id it cannot outlive a kill -9 and cannot come to mean somebody else.
 */
import { randomBytes } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type AddressInfo } from "node:net";
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
  const holder = await readHolder(path);
  if (holder !== null && (await isAlive(holder))) throw inUse(dataDir, holder);
  const secret = randomBytes(16).toString("hex");
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.end(secret);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, LOOPBACK, resolve);
  });
  server.unref();
  const mine = { pid: process.pid, port: (server.address() as AddressInfo).port, secret };
  await writeFile(`${path}.${process.pid}`, JSON.stringify(mine), { mode: 0o600 });
  await rename(`${path}.${process.pid}`, path);
  // Two that start at the same moment both get here; the one whose file was replaced gives way.
  const winner = await readHolder(path);
  if (winner !== null && winner.secret !== secret) throw inUse(dataDir, winner);
  return async () => {
    server.close();
    await rm(path, { force: true });
  };
}

const inUse = (dataDir: string, { pid }: Holder): Error =>
  new Error(
    `${dataDir} is in use by a running deployment (process ${pid}). Stop it, or choose another folder.`,
  );

async function readHolder(path: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Holder;
  } catch {
    // No file, or one that a crash cut: nobody holds the folder.
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
