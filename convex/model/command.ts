/** The one door of every write. A command is validated before its first write, so a refusal leaves no trace. */
import type { MutationCtx } from "../server";
import type { Access, NothingReady, Receipt } from "../validators";
import { applyAsset } from "./assetCommand";
import { applyClaim } from "./claim";
import { counting, type JobWriter } from "./countChanges";
import { applyEvent } from "./eventCommand";
import * as check from "./fieldChecks";
import { applyLifecycle, LIFECYCLE_KINDS } from "./lifecycleCommand";
import { applyCreate, applyUpsert } from "./upsert";

const KINDS = ["upsert", "create", "event", "asset", "claim", ...LIFECYCLE_KINDS] as const;
export type CommandOnJob = { kind: Exclude<(typeof KINDS)[number], "claim">; [field: string]: unknown };

/** Reads a command as it came from outside and does what it says; throws a `Refusal` if it may not. */
export async function applyCommand(
  ctx: MutationCtx,
  access: Access,
  command: CommandOnJob,
  now: number,
): Promise<Receipt>;
export async function applyCommand(
  ctx: MutationCtx,
  access: Access,
  command: unknown,
  now: number,
): Promise<Receipt | NothingReady>;
export async function applyCommand(
  ctx: MutationCtx,
  access: Access,
  command: unknown,
  now: number,
): Promise<Receipt | NothingReady> {
  return await counting(ctx, (writer) => applyCounted(writer, access, command, now));
}

/** The same for one of many commands, whose changes of the counts are added up. */
export async function applyCounted(
  ctx: JobWriter,
  access: Access,
  command: unknown,
  now: number,
): Promise<Receipt | NothingReady> {
  const fields = check.object("command", command);
  const kind = check.oneOf("kind", fields.kind, KINDS);
  const attempt =
    fields.attempt === undefined ? {} : { attempt: check.attemptNumber("attempt", fields.attempt) };
  switch (kind) {
    case "upsert":
      return await applyUpsert(ctx, access, { record: fields.record, ...attempt }, now);
    case "create":
      return await applyCreate(ctx, access, { record: fields.record, ...attempt }, now);
    case "event":
      return await applyEvent(ctx, access, { ...fields, ...attempt }, now);
    case "asset":
      return await applyAsset(ctx, access, { ...fields, ...attempt }, now);
    case "claim":
      return await applyClaim(ctx, access, fields, now);
    default:
      return await applyLifecycle(ctx, access, kind, { ...fields, ...attempt }, now);
  }
}
