/** Starts real deployments in processes of their own, and runs the official CLI against them. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");

export interface Ready {
  url: string;
  siteUrl: string;
  adminKey: string;
  apiKey: string;
  dataDir: string;
  pid: number;
}

export interface Deployment extends Ready {
  process: ChildProcess;
  /** What it wrote to standard error. */
  errors: () => string;
}

export type App = "basic" | "components";

export function launch(args: string[]): ChildProcess {
  const program = ["--import", "tsx", join(root, "devserver/src/main.ts")];
  return spawn(process.execPath, [...program, ...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
}

/** Ports default to free ones; name them to come back at the same address. */
export async function start(dataDir: string, ...args: string[]): Promise<Deployment> {
  const child = launch(["--port", "0", "--site-port", "0", "--data", dataDir, "--json", ...args]);
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  for await (const line of createInterface({ input: child.stdout! })) {
    child.stdout?.resume();
    return { ...(JSON.parse(line) as Ready), process: child, errors: () => errors };
  }
  throw new Error(`the deployment did not start: ${errors}`);
}

export async function stop(
  { process }: Deployment,
  signal: NodeJS.Signals = "SIGTERM",
): Promise<number | null> {
  if (process.exitCode !== null || process.signalCode !== null) return process.exitCode;
  const exited = once(process, "exit");
  process.kill(signal);
  const [code] = (await exited) as [number | null];
  return code;
}

export async function makeFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "jobsync-test-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

export interface CliResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** The unmodified CLI, in the folder of an app. */
export async function convex(
  deployment: Pick<Ready, "url" | "adminKey">,
  folder: string,
  ...args: string[]
): Promise<CliResult> {
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    CONVEX_SELF_HOSTED_URL: deployment.url,
    CONVEX_SELF_HOSTED_ADMIN_KEY: deployment.adminKey,
  };
  try {
    const cli = join(root, "node_modules/convex/bin/main.js");
    const run = promisify(execFile)(process.execPath, [cli, ...args], { cwd: folder, env, timeout: 60_000 });
    run.child.stdin?.end();
    return { code: 0, ...(await run) };
  } catch (error) {
    const { code, stdout, stderr } = error as CliResult;
    return { code, stdout, stderr };
  }
}

export const appFolder = (app: App): string => join(here, "apps", app);

export async function deploy(deployment: Ready, app: App): Promise<void> {
  const quick = ["--typecheck", "disable", "--codegen", "disable"];
  const { code, stderr } = await convex(deployment, appFolder(app), "deploy", "-y", ...quick);
  if (code !== 0) throw new Error(`deploying ${app} failed: ${stderr}`);
}

/** A copy that a test may change, with the packages of this repository. */
export async function copyApp(app: App, to: string): Promise<string> {
  const folder = join(to, app);
  await cp(appFolder(app), folder, { recursive: true });
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}
