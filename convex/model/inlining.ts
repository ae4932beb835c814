/** A record as a route answers it: what is in files comes back in its place, as far as an answer may be that large. */
import type { ActionCtx, Id } from "../server";
import type { JobRecord } from "../validators";
import { plainRecord } from "./jobView";
import { fieldsOf, fileOf, type Json, type JsonObject, packed } from "./values";

/** An answer may have 20 MiB, and memory is needed for it several times. */
const MOST_INLINED_BYTES = 8 * 1024 * 1024;

type Storage = Pick<ActionCtx, "storage">;

/** Plain JSON; `spilled` names the values that were left out, and where they are. */
export async function plainAnswer(ctx: Storage, record: JobRecord): Promise<JsonObject> {
  const { payload, ...own } = record as Record<string, unknown>;
  const inlining = new Inlining(ctx);
  const fields = await inlining.inlined(own);
  const payloadFields =
    payload === undefined ? {} : await inlining.inlined(fieldsOf(payload as Record<string, Json>));
  const plain = plainRecord({ ...fields, payload: payloadFields } as JobRecord);
  return inlining.hasLeftOut ? { ...plain, spilled: inlining.leftOut } : plain;
}

class Inlining {
  readonly leftOut: JsonObject = {};
  private room = MOST_INLINED_BYTES;

  constructor(private readonly ctx: Storage) {}

  get hasLeftOut(): boolean {
    return Object.keys(this.leftOut).length > 0;
  }

  async inlined(fields: Record<string, unknown>): Promise<Record<string, unknown>> {
    const kept: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(fields)) {
      const file = fileOf(value) as StoredValue | null;
      if (file === null) kept[key] = value;
      else {
        const text = await this.textOf(file);
        if (text === null) this.leftOut[key] = await this.place(file);
        else kept[key] = packed(text);
      }
    }
    return kept;
  }

  private async textOf({ storageId, bytes }: StoredValue): Promise<string | null> {
    if (bytes > this.room) return null;
    this.room -= bytes;
    return (await (await this.ctx.storage.get(storageId))?.text()) ?? null;
  }

  private async place({ storageId, bytes, sha256 }: StoredValue): Promise<JsonObject> {
    return { url: await this.ctx.storage.getUrl(storageId), bytes, sha256 };
  }
}

type StoredValue = { storageId: Id<"_storage">; bytes: number; sha256: string };
