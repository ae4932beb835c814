/** A writer's batch: each command once, however often and in whatever overlap the batch arrives. */
import type { Doc } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { getConvexSize } from "convex/values";
import { invalidField, Refusal, refusalData } from "../errors";
import type { Access, BatchReceipt } from "../validators";
import { applyCommand } from "./command";
import { isSame } from "./fields";

export const MOST_COMMANDS = 500;
const MOST_STORED_BYTES = 512 * 1024;

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

export async function applyBatch(
  ctx: MutationCtx,
  access: Access,
  batch: Batch,
  now: number,
): Promise<BatchReceipt[]> {
  assertBatch(batch);
  const writer = await findWriter(ctx, access, batch.writerId);
  const highSeq = writer?.highSeq ?? 0;
  const answered = new Map(writer?.receipts.map((receipt) => [receipt.seq, receipt]));
  const receipts: BatchReceipt[] = [];
  for (const [index, command] of batch.commands.entries()) {
    const seq = batch.firstSeq + index;
    const seen = answered.get(seq) ?? { seq, outcome: "duplicate" };
    receipts.push(seq <= highSeq ? seen : await applyOne(ctx, access, seq, command, now));
  }
  const lastSeq = batch.firstSeq + batch.commands.length - 1;
  if (batch.commands.length > 0 && lastSeq > highSeq) {
    await remember(ctx, writer, { writerId: batch.writerId, limits: access.limits }, lastSeq, receipts, now);
  }
  return receipts;
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
  ctx: MutationCtx,
  access: Access,
  seq: number,
  command: unknown,
  now: number,
): Promise<BatchReceipt> {
  try {
    return { seq, ...(await applyCommand(ctx, access, command, now)) };
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
  receipts: BatchReceipt[],
  now: number,
) {
  const update = { highSeq, receipts: storable(receipts), lastSeenAt: now };
  if (writer === null) await ctx.db.insert("writers", { ...identity, ...update });
  else await ctx.db.patch("writers", writer._id, update);
}

/** Receipts that would not fit into a document are kept as what a writer acts on: outcome and error. */
function storable(receipts: BatchReceipt[]): BatchReceipt[] {
  if (getConvexSize(receipts) <= MOST_STORED_BYTES) return receipts;
  return receipts.map(({ seq, outcome, error }) => ({ seq, outcome, ...(error && { error }) }));
}
