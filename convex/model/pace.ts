/** How soon a writer may send its next batch. */
import type { BatchReceipt } from "../validators";
import type { Reader } from "./jobStore";
import { isWatched } from "./watches";

const WHILE_WATCHED_MS = 100;
const USUAL_MS = 1000;
const PROGRESS_ONLY_MS = 3000;

const PROGRESS_KINDS: ReadonlySet<unknown> = new Set(["progress", "heartbeat"]);

/** Whoever looks at a job sees it at once; what nobody looks at may wait, and mere progress longest. */
export async function sendAfterMs(
  ctx: Reader,
  commands: unknown[],
  receipts: BatchReceipt[],
  now: number,
): Promise<number> {
  const jobIds = receipts.map(({ jobId }) => jobId).filter((jobId) => jobId !== undefined);
  if (await isWatched(ctx, jobIds, now)) return WHILE_WATCHED_MS;
  return commands.every(isProgress) ? PROGRESS_ONLY_MS : USUAL_MS;
}

function isProgress(command: unknown): boolean {
  return PROGRESS_KINDS.has((command as { kind?: unknown } | null)?.kind);
}
