/** An engine on a folder of its own, running one of the apps next to this file. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { onTestFinished } from "vitest";
import { openDisk, openEngine } from "../src/engine/index.js";
import type { Caller, Engine, EngineOptions, Json, Push } from "../src/engine/api.js";
import { bundleApp } from "./bundle-app.js";

export const anyone: Caller = { admin: false, identity: null, requestId: "test" };
export const admin: Caller = { ...anyone, admin: true };

const CLOUD_URL = "http://127.0.0.1:3210";
const SITE_URL = "http://127.0.0.1:3211";

export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "engine-test-"));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function open(dataDir: string, options: Partial<EngineOptions> = {}): Promise<Engine> {
  const engine = await openEngine({
    disk: openDisk(dataDir),
    cloudUrl: CLOUD_URL,
    siteUrl: SITE_URL,
    ...options,
  });
  onTestFinished(() => engine.close());
  return engine;
}

export async function openApp(
  app: string,
  dataDir = temporaryFolder(),
  options: Partial<EngineOptions> = {},
): Promise<Engine> {
  const engine = await open(dataDir, options);
  await push(engine, await appPush(app));
  return engine;
}

export function appPush(app: string): Promise<Push> {
  return bundleApp(path.join(import.meta.dirname, "apps", app, "convex"));
}

export async function push(engine: Engine, code: Push): Promise<void> {
  await (await engine.stage(code)).activate();
}

/** The value, or the error that the function threw. */
export async function mutate(engine: Engine, path: string, args: Json, caller = anyone): Promise<Json> {
  const { outcome } = await engine.mutation({ component: "", path }, args, caller);
  if (!outcome.ok) throw Object.assign(new Error(outcome.message), { data: outcome.data });
  return outcome.value;
}

export async function query(engine: Engine, path: string, args: Json, caller = anyone): Promise<Json> {
  const { results } = await engine.queries([{ ref: { component: "", path }, args }], caller);
  const { outcome } = results[0]!;
  if (!outcome.ok) throw Object.assign(new Error(outcome.message), { data: outcome.data });
  return outcome.value;
}

export async function act(engine: Engine, path: string, args: Json, caller = anyone): Promise<Json> {
  const outcome = await engine.action({ component: "", path }, args, caller);
  if (!outcome.ok) throw Object.assign(new Error(outcome.message), { data: outcome.data });
  return outcome.value;
}
