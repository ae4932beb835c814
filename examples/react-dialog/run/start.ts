/**
 * Runs the example on this machine until Ctrl-C: an embedded deployment, the app deployed to it by Convex's own CLI, a
 * model for it to ask (STYLE_MODEL_URL names another), and the page. `--json` prints one line when all is ready.
 */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build, preview } from "vite";
import { composeApp, installReactPackage } from "./compose.js";
import { startModel } from "./model.js";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

interface Ready {
  url: string;
  adminKey: string;
}

function launch(data: string): ChildProcess {
  const server = join(repository, "src/jobsync/_embedded/server.mjs");
  const args = ["--port", "0", "--site-port", "0", "--data", data, "--json", "--end-with-stdin"];
  return spawn(process.execPath, [server, ...args], { stdio: ["pipe", "pipe", "inherit"] });
}

async function ready(deployment: ChildProcess): Promise<Ready> {
  for await (const line of createInterface({ input: deployment.stdout! })) return JSON.parse(line) as Ready;
  throw new Error("The embedded deployment did not start; its message is above.");
}

/** Nothing of this machine's own Convex configuration, only where to go. */
async function convex({ url, adminKey }: Ready, app: string, ...args: string[]): Promise<void> {
  const cli = join(repository, "node_modules/convex/bin/main.js");
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, CONVEX_SELF_HOSTED_URL: url, CONVEX_SELF_HOSTED_ADMIN_KEY: adminKey };
  const run = promisify(execFile)(process.execPath, [cli, ...args], { cwd: app, env });
  // It would wait for something to be said there.
  run.child.stdin?.end();
  await run;
}

/** Answers the page's address. */
async function servePage(app: string, deploymentUrl: string): Promise<string> {
  const define = { "import.meta.env.VITE_CONVEX_URL": JSON.stringify(deploymentUrl) };
  const shared = { root: app, configFile: join(app, "vite.config.ts"), logLevel: "warn" as const };
  await build({ ...shared, define });
  const server = await preview({ ...shared, preview: { host: "127.0.0.1", port: 0 } });
  return server.resolvedUrls!.local[0]!;
}

async function prepare(app: string): Promise<void> {
  await composeApp(app);
  await installReactPackage(app);
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "jobsync-example-"));
  const app = join(folder, "app");
  const deployment = launch(join(folder, "data"));
  // Vite's server ends this process by itself when it is asked to, so that only this always runs.
  process.on("exit", () => {
    deployment.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  process.on("SIGINT", () => process.exit()).on("SIGTERM", () => process.exit());
  const [target] = await Promise.all([ready(deployment), prepare(app)]);
  await convex(
    target,
    app,
    "env",
    "set",
    "STYLE_MODEL_URL",
    process.env.STYLE_MODEL_URL ?? (await startModel()),
  );
  await convex(target, app, "deploy", "-y", "--typecheck", "disable");
  const page = await servePage(app, target.url);
  const line = process.argv.includes("--json")
    ? JSON.stringify({ page, app, url: target.url, adminKey: target.adminKey })
    : `The example is at ${page}  (Ctrl-C ends it)`;
  process.stdout.write(`${line}\n`);
}

await main();
