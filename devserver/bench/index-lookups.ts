/**
 * How long an index look-up with a patch takes while the table grows.
 *
 *     npx tsx devserver/bench/index-lookups.ts
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { performance } from "node:perf_hooks";
import type { Caller, Json } from "../src/engine/api.js";
import { openEngine } from "../src/engine/index.js";
import { bundleApp } from "../test/bundle-app.js";

const SIZES = [0, 1_000, 10_000, 50_000];
const CALLS = 2_000;
const BATCH = 500;
const caller: Caller = { admin: true, identity: null, requestId: "bench" };

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-"));
const engine = await openEngine({ dataDir: folder, cloudUrl: "http://cloud", siteUrl: "http://site" });
const app = path.join(import.meta.dirname, "../test/apps/engine/convex");
await (await engine.stage(await bundleApp(app))).activate();

async function mutate(name: string, args: Json): Promise<void> {
  const { outcome } = await engine.mutation({ component: "", path: `notes:${name}` }, args, caller);
  if (!outcome.ok) throw new Error(outcome.message);
}

async function lookUpAndPatch(): Promise<number> {
  const times: number[] = [];
  for (let call = 0; call < CALLS; call++) {
    const start = performance.now();
    await mutate("overwrite", { text: `call ${call}` });
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return times[CALLS / 2]!;
}

console.log("documents  look-up and patch, median of %d  ratio to the first", CALLS);
let stored = 0;
let first: number | undefined;
await lookUpAndPatch();
for (const size of SIZES) {
  for (; stored < size; stored += BATCH) await mutate("fill", { from: stored, count: BATCH });
  const median = await lookUpAndPatch();
  first ??= median;
  console.log(`${String(size).padStart(9)}  ${median.toFixed(3)} ms  ${(median / first).toFixed(2)}`);
}
await engine.close();
fs.rmSync(folder, { recursive: true });
