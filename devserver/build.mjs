/**
 * Builds what the Python package ships: the embedded deployment as one file, the push of convex/ as the official CLI
 * made it, the page, and convex/ itself for `jobsync init`. Makes only what changed. With `--server` only the first.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { build as buildWithVite } from "vite";
import { describeServing } from "../dashboard/serving.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, "src/jobsync/_embedded");
const server = join(out, "server.mjs");
const push = join(out, "backend.push");
const page = join(out, "dashboard");
const backend = join(out, "backend");

/** Each product with the files that it is made from, and how. */
const PRODUCTS = [
  {
    file: server,
    inputs: ["devserver/src", "devserver/build.mjs", "package.json", "package-lock.json"],
    make: bundleServer,
  },
  {
    file: push,
    inputs: ["convex", "package-lock.json", "devserver/src/server/push", "devserver/build.mjs"],
    make: recordPush,
  },
  {
    file: page,
    inputs: [
      "dashboard/page",
      "dashboard/react/src",
      "dashboard/serving.mjs",
      "convex",
      "package-lock.json",
      "devserver/build.mjs",
    ],
    make: buildPage,
  },
  {
    file: backend,
    inputs: ["convex", "package.json", "devserver/build.mjs"],
    make: copyBackend,
  },
];

await mkdir(out, { recursive: true });
for (const { file, inputs, make } of process.argv.includes("--server") ? PRODUCTS.slice(0, 1) : PRODUCTS) {
  const stamp = join(root, "node_modules/.cache/jobsync", `${file.split("/").at(-1)}.sha256`);
  const digest = await digestOf(inputs);
  if (existsSync(file) && (await readFile(stamp, "utf8").catch(() => "")) === digest) continue;
  await make();
  await mkdir(dirname(stamp), { recursive: true });
  await writeFile(stamp, digest);
}

async function digestOf(inputs) {
  const hash = createHash("sha256");
  for (const input of inputs) {
    for (const path of await filesIn(input)) hash.update(path).update(await readFile(join(root, path)));
  }
  return hash.digest("hex");
}

async function filesIn(path) {
  const entries = await readdir(join(root, path), { withFileTypes: true, recursive: true }).catch(() => null);
  if (entries === null) return [path];
  return entries
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
    .sort();
}

async function bundleServer() {
  // Renamed when it is whole: somebody may be starting the old one right now.
  const fresh = `${server}.${process.pid}`;
  const { metafile } = await build({
    entryPoints: [join(root, "devserver/src/main.ts")],
    outfile: fresh,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    metafile: true,
    // Speed-ups that ws takes if they happen to be installed.
    external: ["bufferutil", "utf-8-validate"],
    // Bundled CommonJS asks for node's own modules with require.
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
  await rename(fresh, server);
  const { dependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  // The push holds what convex/ depends on.
  const packages = [...packagesOf(Object.keys(metafile.inputs)), ...Object.keys(dependencies)];
  await collectLicenses(packages, join(out, "third-party-licenses.txt"));
}

function packagesOf(bundledFiles) {
  return bundledFiles.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
}

async function collectLicenses(packages, to) {
  const texts = [];
  for (const name of [...new Set(packages)].sort()) {
    const folder = join(root, "node_modules", name);
    const license = (await readdir(folder)).find((file) => /^licen[cs]e(\.|$)/i.test(file));
    if (license === undefined) throw new Error(`${name} is shipped but has no license file.`);
    texts.push(`${name}\n\n${(await readFile(join(folder, license), "utf8")).trim()}\n`);
  }
  await writeFile(to, texts.join(`\n${"-".repeat(80)}\n\n`));
}

async function buildPage() {
  const { output } = await buildWithVite({
    configFile: join(root, "dashboard/page/vite.config.ts"),
    logLevel: "warn",
  });
  const bundledFiles = output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []));
  await collectLicenses(packagesOf(bundledFiles), join(page, "third-party-licenses.txt"));
  await describeServing(page);
}

/** The functions as somebody else deploys them: without tests, and without what each deploy generates. */
async function copyBackend() {
  await rm(backend, { recursive: true, force: true });
  for (const path of await filesIn("convex")) {
    if (/^convex\/_generated\/|\.setup\.ts$|\.md$/.test(path)) continue;
    await mkdir(join(backend, dirname(path)), { recursive: true });
    await copyFile(join(root, path), join(backend, path));
  }
  const { dependencies, devDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const forTypes = Object.fromEntries(
    ["@types/node", "typescript"].map((name) => [name, devDependencies[name]]),
  );
  const needs = { dependencies, devDependencies: forTypes };
  await writeFile(join(backend, "needs.json"), `${JSON.stringify(needs, null, 2)}\n`);
}

async function recordPush() {
  const scratch = await mkdtemp(join(tmpdir(), "jobsync-build-"));
  const recording = join(scratch, "backend.push");
  const data = join(scratch, "data");
  const args = ["--port", "0", "--site-port", "0", "--data", data, "--json", "--record-push", recording];
  const deployment = spawn(process.execPath, [server, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const { url, adminKey } = await firstLine(deployment);
    const credentials = join(scratch, "credentials.env");
    await writeFile(
      credentials,
      `CONVEX_SELF_HOSTED_URL="${url}"\nCONVEX_SELF_HOSTED_ADMIN_KEY="${adminKey}"\n`,
      { mode: 0o600 },
    );
    await deploy(credentials);
    await rename(recording, push).catch(async () => writeFile(push, await readFile(recording)));
  } finally {
    deployment.kill("SIGTERM");
    await rm(scratch, { recursive: true, force: true });
  }
}

async function firstLine(child) {
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line);
  throw new Error("The embedded deployment did not start; its message is above.");
}

/** Types are checked by `make check` and generated code is committed, so both are left out here. */
async function deploy(credentials) {
  const cli = join(root, "node_modules/.bin/convex");
  const flags = ["--env-file", credentials, "--typecheck", "disable", "--codegen", "disable"];
  const child = spawn(cli, ["deploy", "-y", ...flags], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  let output = "";
  child.stderr.on("data", (chunk) => (output += chunk));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`Deploying convex/ to a new embedded deployment failed:\n${output}`);
}
