/** Tables that Convex keeps itself: which of them functions may read, and which are the engine's own. */

export const STORAGE = "_storage";
export const SCHEDULED_FUNCTIONS = "_scheduled_functions";
/** Not visible to functions. */
export const CRON_JOBS = "_cron_jobs";

const READABLE = new Set([STORAGE, SCHEDULED_FUNCTIONS]);

export function checkReadable(table: string): void {
  if (table.startsWith("_") && !READABLE.has(table)) throw new Error(`There is no system table "${table}".`);
}
