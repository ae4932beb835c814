/**
 * The engine against convex-test, Convex's own mock: generated schemas and sequences of calls must have the
 * same results. The same ones each time; for more and others set
 * `DIFFERENTIAL_SEQUENCES` and `DIFFERENTIAL_SEED`.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Engine } from "../src/engine/api.js";
import { openDisk, openEngine } from "../src/engine/index.js";
import { schemas, sequences, TABLES, type GeneratedSchema } from "./differential/arbitraries.js";
import { replay } from "./differential/replay.js";
import { engineSide, makePush, oracleSide } from "./differential/sides.js";

const SEQUENCES = Number(process.env["DIFFERENTIAL_SEQUENCES"] ?? 2_000);
const SEED = Number(process.env["DIFFERENTIAL_SEED"] ?? 1);
const SCHEMAS = 20;

let folder: string;
const opened: { schema: GeneratedSchema; engine: Engine }[] = [];

beforeAll(async () => {
  // The mock prints every scheduled function that fails, and here many are meant to.
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "differential-"));
  for (const [at, schema] of fc.sample(schemas, { numRuns: SCHEMAS, seed: SEED }).entries()) {
    const engine = await openEngine({
      disk: openDisk(path.join(folder, String(at))),
      cloudUrl: "http://cloud",
      siteUrl: "http://site",
    });
    await (await engine.stage(await makePush(schema))).activate();
    opened.push({ schema, engine });
  }
});

afterAll(async () => {
  for (const { engine } of opened) await engine.close();
  fs.rmSync(folder, { recursive: true });
});

test(
  `${SEQUENCES} generated sequences of calls have the same results as in convex-test`,
  { timeout: SEQUENCES * 100 },
  async () => {
    for (const { schema, engine } of opened) {
      const side = engineSide(engine);
      const property = fc.asyncProperty(sequences(schema), async (steps) => {
        await side.call("mutation", "wipe", { tables: TABLES });
        const ours = await replay(steps, side);
        const theirs = await replay(steps, oracleSide(schema));
        expect(ours).toEqual(theirs);
      });
      await fc.assert(property, { numRuns: Math.ceil(SEQUENCES / SCHEMAS), seed: SEED });
    }
  },
);
