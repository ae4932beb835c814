/**
 * How long an index look-up with a patch takes in tables of different sizes, measured in turn, so that a machine
 * that is slower for a while is so for all of them.
 *
 *     npx tsx devserver/bench/index-lookups.ts
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { performance } from "node:perf_hooks";
import type { Caller, Engine, Json } from "../src/engine/api.js";
import { openDisk, openEngine } from "../src/engine/index.js";
import { bundleApp } from "../test/bundle-app.js";

const SIZES = [0, 1_000, 10_000, 50_000];
const ROUNDS = 20;
const CALLS_A_ROUND = 100;
const BATCH = 500;
const caller: Caller = { admin: true, identity: null, requestId: "bench" };

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-"));
const push = await bundleApp(path.join(import.meta.dirname, "../test/apps/engine/convex"));

async function mutate(engine: Engine, name: string, args: Json): Promise<void> {
  const { outcome } = await engine.mutation({ component: "", path: `notes:${name}` }, args, caller);
  if (!outcome.ok) throw new Error(outcome.message);
}

async function filled(size: number): Promise<Engine> {
  const dataDir = path.join(folder, String(size));
  const engine = await openEngine({
    disk: openDisk(dataDir),
    cloudUrl: "http://cloud",
    siteUrl: "http://site",
  });
  await (await engine.stage(push)).activate();
  for (let from = 0; from < size; from += BATCH) await mutate(engine, "fill", { from, count: BATCH });
  return engine;
}

async function lookUpAndPatch(engine: Engine): Promise<number[]> {
  const times: number[] = [];
  for (let call = 0; call < CALLS_A_ROUND; call++) {
    const start = performance.now();
    await mutate(engine, "overwrite", { text: `call ${call}` });
    times.push(performance.now() - start);
  }
  return times;
}

function median(times: number[]): number {
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
}

const tables: { size: number; engine: Engine; times: number[] }[] = [];
for (const size of SIZES) tables.push({ size, engine: await filled(size), times: [] });
for (const { engine } of tables) await lookUpAndPatch(engine);
for (let round = 0; round < ROUNDS; round++) {
  for (const { engine, times } of tables) times.push(...(await lookUpAndPatch(engine)));
}

console.log("documents  look-up and patch, median of %d  ratio to the first", ROUNDS * CALLS_A_ROUND);
const first = median(tables[0]!.times);
for (const { size, times } of tables) {
  const typical = median(times);
  console.log(`${String(size).padStart(9)}  ${typical.toFixed(3)} ms  ${(typical / first).toFixed(2)}`);
}
for (const { engine } of tables) await engine.close();
fs.rmSync(folder, { recursive: true });
