/** Whether a transaction has room for another command of a batch: what Convex allows one is less than 500 may need. */
import type { MutationCtx } from "../server";

const MiB = 1024 * 1024;

/** More than any one command takes, and after it the writer's own document. */
const NEEDED = {
  bytesRead: 4 * MiB,
  bytesWritten: 4 * MiB,
  databaseQueries: 200,
  documentsRead: 500,
  documentsWritten: 200,
  functionsScheduled: 5,
} as const;

/** `later`: documents and index ranges that the end of the batch will need. */
export async function hasRoom({ meta }: Pick<MutationCtx, "meta">, later: number): Promise<boolean> {
  const metrics = await meta.getTransactionMetrics();
  return Object.entries(NEEDED).every(
    ([metric, needed]) => metrics[metric as keyof typeof NEEDED].remaining >= needed + later,
  );
}
