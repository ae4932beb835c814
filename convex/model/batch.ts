/** A writer's batch: each command once, however often and in whatever overlap the batch arrives. */
import { invalidField, Refusal, refusalData } from "../errors";
import type { Doc, MutationCtx } from "../server";
import type { Access, BatchReceipt, StoredReceipt } from "../validators";
import { applyCounted } from "./command";
import { counting, type JobWriter } from "./countChanges";
import { isSame } from "./fields";
import { hasRoom } from "./headroom";
import { fromStore, toStore } from "./storedReceipts";

export const MOST_COMMANDS = 500;

export type Batch = { writerId: string; firstSeq: number; commands: unknown[] };

function assertBatch({ writerId, firstSeq, commands }: Batch): void {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(writerId)) {
    throw invalidField("writerId", "must be 1 to 64 characters of A-Z, a-z, 0-9, _ and -");
  }
  if (!Number.isSafeInteger(firstSeq) || firstSeq < 1) {
    throw invalidField("firstSeq", "must be a whole number from 1");
  }
  if (commands.length > MOST_COMMANDS) {
    throw invalidField("commands", `has ${commands.length} commands; send at most ${MOST_COMMANDS} a batch`);
  }
}

/** Answers a receipt for each command that it took; those at the end may be too many for one transaction. */
export async function applyBatch(
  ctx: MutationCtx,
  access: Access,
  batch: Batch,
  now: number,
): Promise<BatchReceipt[]> {
  assertBatch(batch);
  const writer = await findWriter(ctx, access, batch.writerId);
  const receipts = await counting(ctx, (jobs) => applyEach(jobs, access, batch, writer, now));
  const lastSeq = batch.firstSeq + receipts.length - 1;
  if (lastSeq > (writer?.highSeq ?? 0) && receipts.length > 0) {
    const identity = { writerId: batch.writerId, limits: access.limits };
    await remember(ctx, writer, identity, lastSeq, toStore(receipts, batch.commands), now);
  }
  return receipts;
}

async function applyEach(
  ctx: JobWriter,
  access: Access,
  { firstSeq, commands }: Batch,
  writer: Doc<"writers"> | null,
  now: number,
): Promise<BatchReceipt[]> {
  const receipts: BatchReceipt[] = [];
  for (const [index, command] of commands.entries()) {
    const seq = firstSeq + index;
    const seen = answered(writer, seq, command);
    if (seen === null && receipts.length > 0 && !(await hasRoom(ctx, ctx.counts.size + receipts.length)))
      break;
    receipts.push(seen ?? (await applyOne(ctx, access, seq, command, now)));
  }
  return receipts;
}

/** What this command was answered before; null if it is new. */
function answered(writer: Doc<"writers"> | null, seq: number, command: unknown): BatchReceipt | null {
  if (writer === null || seq > writer.highSeq) return null;
  const stored = writer.receipts[writer.receipts.length - 1 - (writer.highSeq - seq)];
  return stored === undefined ? { seq, outcome: "duplicate" } : fromStore(seq, stored, command);
}

/** A sequence belongs to one kind of token, so that a narrow one cannot read what a wider one was answered. */
async function findWriter(
  ctx: MutationCtx,
  access: Access,
  writerId: string,
): Promise<Doc<"writers"> | null> {
  const writer = await ctx.db
    .query("writers")
    .withIndex("by_writerId", (q) => q.eq("writerId", writerId))
    .unique();
  if (writer === null || isSame(writer.limits, access.limits)) return writer;
  throw new Refusal("forbidden", "this writerId was used by a token with other limits; use a new writerId");
}

async function applyOne(
  ctx: JobWriter,
  access: Access,
  seq: number,
  command: unknown,
  now: number,
): Promise<BatchReceipt> {
  try {
    return { seq, ...(await applyCounted(ctx, access, command, now)) };
  } catch (error) {
    const refused = refusalData(error);
    if (refused === null) throw error;
    return { seq, outcome: "refused", error: refused };
  }
}

async function remember(
  ctx: MutationCtx,
  writer: Doc<"writers"> | null,
  identity: Pick<Doc<"writers">, "writerId" | "limits">,
  highSeq: number,
  receipts: StoredReceipt[],
  now: number,
) {
  const update = { highSeq, receipts, lastSeenAt: now };
  if (writer === null) await ctx.db.insert("writers", { ...identity, ...update });
  else await ctx.db.patch("writers", writer._id, update);
}
