/** Pushes between their start and their finish, and the recording of one. */
import { createHash } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants } from "node:zlib";
import type { Analysis, Engine, Push, Staged } from "../../engine/api.js";
import { badRequest } from "../api-error.js";
import { isJsonObject, parseJson, type JsonObject } from "../http/body.js";
import { parsePush } from "./parse.js";

/** A CLI evaluates, starts and finishes with the same body, so a few are enough for several at work. */
const STAGES_KEPT = 4;

export class Pushes {
  /** Analysis of the live code, once somebody asked for it. */
  live: Analysis | null = null;
  private readonly stages = new Map<string, { staged: Staged; body: JsonObject }>();

  constructor(
    private readonly engine: Engine,
    private readonly dataDir: string,
    private readonly recordTo: string | null,
  ) {}

  /** The same code is analysed once, however often it is asked about. */
  async stage(body: JsonObject): Promise<{ id: string; staged: Staged }> {
    const code = withoutKey(body);
    const id = createHash("sha256").update(JSON.stringify(code)).digest("hex");
    const staged = this.stages.get(id)?.staged ?? (await this.analyse(code));
    this.stages.delete(id);
    this.stages.set(id, { staged, body: code });
    for (const oldest of this.stages.keys()) {
      if (this.stages.size <= STAGES_KEPT) break;
      this.stages.delete(oldest);
    }
    return { id, staged };
  }

  /** What code answers while it loads depends on the environment, so it must be loaded again. */
  environmentChanged(): void {
    this.stages.clear();
    this.live = null;
  }

  find(id: string | null): Staged | null {
    return (id === null ? undefined : this.stages.get(id)?.staged) ?? null;
  }

  async finish(id: string, staged: Staged): Promise<void> {
    const body = this.stages.get(id)?.body;
    // From now on the folder holds code that somebody chose: no recorded push may replace it.
    await rm(this.markerPath, { force: true });
    await staged.activate();
    this.live = staged.analysis;
    this.stages.clear();
    if (this.recordTo !== null && body !== undefined) await record(this.recordTo, body);
  }

  /** Applies a recorded push, unless it is there already or people deployed their own code. */
  async applyRecorded(path: string): Promise<boolean> {
    const bytes = await readFile(path);
    const digest = createHash("sha256").update(bytes).digest("hex");
    const applied = await readFile(this.markerPath, "utf8").catch(() => null);
    if (this.engine.push !== null && (applied === null || applied === digest)) return false;
    const staged = await this.engine.stage(await readRecording(path, bytes));
    const broken = staged.checkDocuments();
    if (broken !== null) {
      throw new Error(
        `${path} does not fit the documents in ${this.dataDir}: ${broken.error}\n` +
          `Start without --push to keep the code that is there.`,
      );
    }
    // A crash between these lines leaves a mark that no recording has, so the next start applies it again.
    await this.mark("applying");
    await staged.activate();
    this.live = staged.analysis;
    await this.mark(digest);
    return true;
  }

  private async mark(text: string): Promise<void> {
    await writeFile(`${this.markerPath}.new`, text);
    await rename(`${this.markerPath}.new`, this.markerPath);
  }

  private get markerPath(): string {
    return join(this.dataDir, "recorded-push.sha256");
  }

  private async analyse(body: JsonObject): Promise<Staged> {
    const push = parsePush(body);
    try {
      return await this.engine.stage(push);
    } catch (error) {
      throw badRequest("InvalidModules", (error as Error).message);
    }
  }
}

async function readRecording(path: string, bytes: Buffer): Promise<Push> {
  try {
    const body = parseJson((await promisify(brotliDecompress)(bytes)).toString("utf8"));
    if (isJsonObject(body)) return parsePush(body);
  } catch {
    // Falls through to the message that names the file.
  }
  throw new Error(`${path} is not a recorded push; make one with --record-push.`);
}

async function record(path: string, body: JsonObject): Promise<void> {
  const params = { [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT };
  const text = JSON.stringify({ ...body, dryRun: false });
  await writeFile(path, await promisify(brotliCompress)(text, { params }));
}

/** The key is no part of the code: recordings are shipped, and equal code must have an equal digest. */
function withoutKey({ adminKey: _key, dryRun: _dryRun, ...code }: JsonObject): JsonObject {
  return code;
}
