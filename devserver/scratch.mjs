/** A deployment that is there for one step of a build, and the official CLI against it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const server = join(root, "src/jobsync/_embedded/server.mjs");

/** Starts the embedded deployment in a folder that is gone afterwards. */
export async function atScratchDeployment(use, ...flags) {
  const scratch = await mkdtemp(join(tmpdir(), "jobsync-build-"));
  const args = ["--port", "0", "--site-port", "0", "--data", join(scratch, "data"), "--json", ...flags];
  const deployment = spawn(process.execPath, [server, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    return await use(await firstLine(deployment), scratch);
  } finally {
    deployment.kill("SIGTERM");
    await rm(scratch, { recursive: true, force: true });
  }
}

async function firstLine(child) {
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line);
  throw new Error("The embedded deployment did not start; its message is above.");
}

export async function convexCli({ url, adminKey }, cwd, ...words) {
  const child = spawn(join(root, "node_modules/.bin/convex"), words, {
    cwd,
    env: { ...process.env, CONVEX_SELF_HOSTED_URL: url, CONVEX_SELF_HOSTED_ADMIN_KEY: adminKey },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let output = "";
  child.stderr.on("data", (chunk) => (output += chunk));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`convex ${words.join(" ")} failed:\n${output}`);
}
