/** What the scheduler asks of each kind of row that comes due. */
import type { Caller } from "./api.js";
import type { Document } from "./document.js";
import type { Table } from "./table.js";

export interface DueRows {
  /** When it is to be started next; null while there is nothing to do. */
  dueTime(row: Document): number | null;
  start(table: Table, row: Document): Promise<void>;
  /** Whether what it starts is an action, which may wait for the world outside. */
  isAction(table: Table, row: Document): boolean;
  /** Puts right what a crash left half done. */
  recover(table: Table, row: Document): void;
}

/** Scheduled functions run as the deployment itself, without the user who scheduled them. */
export function schedulerCaller(id: string): Caller {
  return { admin: true, identity: null, requestId: id };
}
