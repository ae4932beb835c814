/** A deployment without ports and folders: the engine and the protocols, put together in memory. */
import { openEngine } from "../engine/engine.js";
import { ApiError } from "../server/api-error.js";
import { Signal, type Deployment } from "../server/deployment.js";
import { environmentRoutes } from "../server/environment-api.js";
import { FunctionLogs } from "../server/function-logs.js";
import { functionRoutes } from "../server/functions-api.js";
import type { Route } from "../server/http/router.js";
import type { Keys } from "../server/keys.js";
import { TestControls } from "../server/for-tests/test-controls.js";
import { storageRoutes } from "../server/storage-api.js";
import type { StateModification } from "../server/sync/protocol.js";
import { memoryDisk, type BuiltIn } from "./disk.js";
import { LiveQueries } from "./live-queries.js";
import { answerPlain, SITE_PREFIX, type PlainReply, type PlainRequest } from "./request.js";

export interface InMemoryOptions {
  url: string;
  keys: Keys;
  environment: Record<string, string>;
}

export class InMemory {
  readonly live: LiveQueries;

  constructor(
    private readonly deployment: Deployment,
    private readonly routes: Route[],
    tell: (change: StateModification) => void,
  ) {
    this.live = new LiveQueries(deployment, tell);
  }

  answer(request: PlainRequest): Promise<PlainReply> {
    return answerPlain(this.routes, this.deployment, request);
  }

  close(): Promise<void> {
    return this.deployment.engine.close();
  }
}

export async function openInMemory(
  { url, keys, environment }: InMemoryOptions,
  builtIn: BuiltIn,
  tell: (change: StateModification) => void,
): Promise<InMemory> {
  const controls = new TestControls();
  const siteUrl = url + SITE_PREFIX;
  const disk = memoryDisk(builtIn);
  const engine = controls.around(await openEngine({ disk, cloudUrl: url, siteUrl, now: controls.now }));
  await engine.environment.update({ JOBSYNC_API_KEY: keys.apiKey, ...environment });
  await (await engine.stage(builtIn.push)).activate();
  const logs = new FunctionLogs();
  const everythingChanged = new Signal();
  const about = { cloudUrl: url, siteUrl, keys, hasPage: false };
  const deployment = { engine, ...about, pushes: NO_PUSHES, logs, everythingChanged };
  const routes = [...functionRoutes, ...storageRoutes, ...environmentRoutes, ...controls.routes];
  return new InMemory(deployment, routes, tell);
}

const refused = () => Promise.reject(new ApiError(400, "NoPushes", "A deployment in memory takes no code."));

const NO_PUSHES: Deployment["pushes"] = {
  live: null,
  environmentChanged: () => undefined,
  find: () => null,
  stage: refused,
  finish: refused,
};
