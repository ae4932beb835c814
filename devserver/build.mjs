/**
 * Builds what the Python package ships: the embedded deployment as one file, the push of convex/ as the official CLI
 * made it, the page, and convex/ itself for `jobsync init`. Makes only what changed. With `--server` only the first.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { build as buildWithVite } from "vite";
import { describeServing } from "../dashboard/serving.mjs";
import { programOf } from "./program-in-memory.mjs";
import { atScratchDeployment, convexCli } from "./scratch.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, "src/jobsync/_embedded");
const server = join(out, "server.mjs");
const push = join(out, "backend.push");
const inMemory = join(out, "in-memory.js");
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
    file: inMemory,
    inputs: [
      "convex",
      "devserver/src",
      "devserver/build.mjs",
      "devserver/program-in-memory.mjs",
      "package-lock.json",
    ],
    make: bundleInMemory,
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
    inputs: ["convex", "component/app/convex", "package.json", "devserver/build.mjs"],
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

/** The deployment in memory, with the recorded functions, for V8 without Node. */
async function bundleInMemory() {
  const scratch = await mkdtemp(join(tmpdir(), "jobsync-build-"));
  const fresh = `${inMemory}.${process.pid}`;
  try {
    const { metafile } = await build({
      entryPoints: [await programOf(push, scratch)],
      outfile: fresh,
      bundle: true,
      platform: "neutral",
      mainFields: ["module", "main"],
      conditions: ["bare-v8"],
      format: "iife",
      target: "esnext",
      // Written out as promise chains, which can be followed (devserver/src/platform/bare-v8/async-context.ts).
      supported: { "async-await": false, "async-generator": false, "for-await": false },
      minifyWhitespace: true,
      minifySyntax: true,
      metafile: true,
      logLevel: "warning",
    });
    await rename(fresh, inMemory);
    await collectLicenses(packagesOf(Object.keys(metafile.inputs)), join(out, "in-memory-licenses.txt"));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
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
  await cp(join(root, "component/app/convex"), join(backend, "component"), { recursive: true });
  const { dependencies, devDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const forTypes = Object.fromEntries(
    ["@types/node", "typescript"].map((name) => [name, devDependencies[name]]),
  );
  const needs = { dependencies, devDependencies: forTypes };
  await writeFile(join(backend, "needs.json"), `${JSON.stringify(needs, null, 2)}\n`);
}

/** Types are checked by `make check` and generated code is committed, so both are left out here. */
async function recordPush() {
  const recording = `${push}.${process.pid}`;
  const flags = ["--typecheck", "disable", "--codegen", "disable"];
  await atScratchDeployment(
    (deployment) => convexCli(deployment, root, "deploy", "-y", ...flags),
    "--record-push",
    recording,
  );
  await rename(recording, push);
}
