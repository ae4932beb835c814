/** The embedded deployment as one object: starts everything in order and stops it in reverse. */
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { OpenEngine } from "../engine/api.js";
import { Signal, type Deployment } from "./deployment.js";
import { lockFolder } from "./folder-lock.js";
import { FunctionLogs } from "./function-logs.js";
import { apiListener } from "./http/listener.js";
import { openKeys } from "./keys.js";
import { Pushes } from "./push/pushes.js";
import { routes } from "./routes.js";
import { siteListener } from "./site.js";
import { acceptSockets } from "./sync/upgrade.js";

export interface ServerOptions {
  host: string;
  port: number;
  sitePort: number;
  dataDir: string;
  /** A recorded push that is applied unless the folder has code of its own. */
  push: string | null;
  /** Where to record the next push that is finished. */
  recordPush: string | null;
}

export interface RunningServer {
  deployment: Deployment;
  close(): Promise<void>;
}

/** How long answers that are under way may take once the server is told to stop. */
const DRAIN_MS = 1000;
const SITE_PREFIX = "/http";

export async function startServer(options: ServerOptions, openEngine: OpenEngine): Promise<RunningServer> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const unlock = await lockFolder(options.dataDir);
  let deployment: Deployment | null = null;
  const main = createServer(mainListener(() => deployment));
  const site = createServer(siteListener(() => deployment));
  const servers = [main, site].map((server) => ({ server, answering: trackAnswers(server) }));
  const disconnect = acceptSockets(main, () => deployment);
  try {
    // The ports come first: functions and files know the URLs.
    const cloudUrl = await listen(main, options.host, options.port);
    const siteUrl = await listen(site, options.host, options.sitePort);
    const opened = await openDeployment(options, cloudUrl, siteUrl, openEngine);
    deployment = opened;
    const close = async () => {
      disconnect();
      opened.logs.wakeAll();
      await Promise.all(servers.map(({ server, answering }) => drain(server, answering)));
      await opened.engine.close();
      await unlock();
    };
    return { deployment: opened, close };
  } catch (error) {
    main.close();
    site.close();
    await unlock();
    throw error;
  }
}

function mainListener(deployment: () => Deployment | null): RequestListener {
  const api = apiListener(routes, deployment);
  const site = siteListener(deployment, SITE_PREFIX);
  return (request, response) =>
    request.url?.startsWith(`${SITE_PREFIX}/`) === true ? site(request, response) : api(request, response);
}

async function openDeployment(
  { dataDir, push, recordPush }: ServerOptions,
  cloudUrl: string,
  siteUrl: string,
  openEngine: OpenEngine,
): Promise<Deployment> {
  const keys = await openKeys(dataDir);
  const engine = await openEngine({ dataDir, cloudUrl, siteUrl });
  const logs = new FunctionLogs();
  engine.onLog((entry) => logs.add(entry));
  const pushes = new Pushes(engine, dataDir, recordPush);
  if (engine.environment.list().JOBSYNC_API_KEY === undefined) {
    await engine.environment.update({ JOBSYNC_API_KEY: keys.apiKey });
  }
  if (push !== null) await pushes.applyRecorded(push);
  return { engine, keys, cloudUrl, siteUrl, pushes, logs, everythingChanged: new Signal() };
}

/** Pooled clients reuse a connection after a pause; closing it under them costs a retry, or the call. */
const KEEP_ALIVE_MS = 120_000;

async function listen(server: Server, host: string, port: number): Promise<string> {
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  const anywhere = address === "0.0.0.0" || address === "::";
  const name = anywhere ? "127.0.0.1" : family === "IPv6" ? `[${address}]` : address;
  return `http://${name}:${bound}`;
}

/** Lets answers under way finish, then cuts the connections that are still open. */
async function drain(server: Server, answering: Set<ServerResponse>): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await Promise.all([...answering].map((response) => once(response, "close")));
  server.closeAllConnections();
  await closed;
  clearTimeout(timer);
}

/** The answers that are under way. */
function trackAnswers(server: Server): Set<ServerResponse> {
  const answering = new Set<ServerResponse>();
  server.on("request", (_request, response: ServerResponse) => {
    answering.add(response);
    response.once("close", () => answering.delete(response));
  });
  return answering;
}
