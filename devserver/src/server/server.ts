/** The embedded deployment as one object: starts everything in order and stops it in reverse. */
import { mkdir } from "node:fs/promises";
import type { RequestListener } from "node:http";
import type { OpenEngine } from "../engine/api.js";
import { openDisk } from "../engine/index.js";
import { Signal, type Deployment } from "./deployment.js";
import { lockFolder } from "./folder-lock.js";
import { FunctionLogs } from "./function-logs.js";
import { apiListener } from "./http/listener.js";
import { Port } from "./http/port.js";
import type { Route } from "./http/router.js";
import { openKeys } from "./keys.js";
import { TestControls } from "./for-tests/test-controls.js";
import { pageRoutes } from "./page.js";
import { Pushes } from "./push/pushes.js";
import { routes } from "./routes.js";
import { siteListener } from "./site.js";
import { setUpEnvironment } from "./start-environment.js";
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
  /** Folder of a built page that is served at `/`. */
  page: string | null;
  /** Whether whoever has the admin key may move the clock, empty it and let calls fail. */
  forTests: { clockAheadMs: number } | null;
}

export interface RunningServer {
  deployment: Deployment;
  close(): Promise<void>;
}

/** Where the main port offers what the site port does. */
const SITE_PREFIX = "/http";

export async function startServer(options: ServerOptions, openEngine: OpenEngine): Promise<RunningServer> {
  const page = options.page === null ? [] : await pageRoutes(options.page);
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const unlock = await lockFolder(options.dataDir);
  const controls = options.forTests && new TestControls(options.forTests.clockAheadMs);
  let deployment: Deployment | null = null;
  const main = new Port(mainListener([...page, ...(controls?.routes ?? [])], () => deployment));
  const site = new Port(siteListener(() => deployment));
  const disconnect = acceptSockets(main.server, () => deployment);
  try {
    // The ports come first: functions and files know the URLs.
    const cloudUrl = await main.open(options.host, options.port);
    const siteUrl = await site.open(options.host, options.sitePort);
    const opened = await openDeployment(options, cloudUrl, siteUrl, controls, openEngine);
    deployment = opened;
    const close = async () => {
      disconnect();
      opened.logs.wakeAll();
      await Promise.all([main.close(), site.close()]);
      await opened.engine.close();
      await unlock();
    };
    return { deployment: opened, close };
  } catch (error) {
    await Promise.all([main.close(), site.close()]);
    await unlock();
    throw error;
  }
}

function mainListener(optional: Route[], deployment: () => Deployment | null): RequestListener {
  const api = apiListener([...optional, ...routes], deployment);
  const site = siteListener(deployment, SITE_PREFIX);
  return (request, response) =>
    request.url?.startsWith(`${SITE_PREFIX}/`) === true ? site(request, response) : api(request, response);
}

async function openDeployment(
  { dataDir, push, recordPush, page }: ServerOptions,
  cloudUrl: string,
  siteUrl: string,
  controls: TestControls | null,
  openEngine: OpenEngine,
): Promise<Deployment> {
  const keys = await openKeys(dataDir);
  const opened = await openEngine({
    disk: openDisk(dataDir),
    cloudUrl,
    siteUrl,
    ...(controls && { now: controls.now }),
  });
  const engine = controls?.around(opened) ?? opened;
  const logs = new FunctionLogs();
  engine.onLog((entry) => logs.add(entry));
  const pushes = new Pushes(engine, dataDir, recordPush);
  const everythingChanged = new Signal();
  const hasPage = page !== null;
  const deployment = { engine, keys, cloudUrl, siteUrl, hasPage, pushes, logs, everythingChanged };
  await setUpEnvironment(deployment);
  if (push !== null) await pushes.applyRecorded(push);
  return deployment;
}
