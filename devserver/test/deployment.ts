/** Starts real deployments in processes of their own, and runs the official CLI against them. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const SERVER = join(root, "src/jobsync/_embedded/server.mjs");

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
  return spawn(process.execPath, [SERVER, ...args], { stdio: ["ignore", "pipe", "pipe"] });
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

type Target = Pick<Ready, "url" | "adminKey">;

const CLI = join(root, "node_modules/convex/bin/main.js");

/** Nothing of this machine's own Convex configuration, only where to go. */
const cliEnvironment = ({ url, adminKey }: Target) => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  CONVEX_SELF_HOSTED_URL: url,
  CONVEX_SELF_HOSTED_ADMIN_KEY: adminKey,
});

/** The unmodified CLI, in the folder of an app. */
export async function convex(deployment: Target, cwd: string, ...args: string[]): Promise<CliResult> {
  const options = { cwd, env: cliEnvironment(deployment), timeout: 60_000 };
  try {
    const run = promisify(execFile)(process.execPath, [CLI, ...args], options);
    run.child.stdin?.end();
    return { code: 0, ...(await run) };
  } catch (error) {
    const { code, stdout, stderr } = error as CliResult;
    return { code, stdout, stderr };
  }
}

/** A command of the CLI that goes on until it is stopped. */
export function follow(deployment: Target, cwd: string, ...args: string[]) {
  const child = spawn(process.execPath, [CLI, ...args], { cwd, env: cliEnvironment(deployment) });
  let output = "";
  const changed = new EventEmitter();
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
    changed.emit("output");
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  return {
    output: () => output,
    until: async (pattern: RegExp) => {
      while (!pattern.test(output)) await once(changed, "output");
    },
    stop: () => child.kill("SIGKILL"),
  };
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
