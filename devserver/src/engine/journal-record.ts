/** What one line of the journal says: everything that one commit changed. */
import type { Json } from "./api.js";

export type JournalWrite = [table: number, id: string, document: Json, internal?: Json];

export interface JournalRecord {
  /** Decimal text of the commit's timestamp. */
  ts: string;
  /** Tables that got their number in this commit. */
  tables?: [number: number, component: string, name: string][];
  /** A null document is a deletion. */
  writes?: JournalWrite[];
  environment?: Record<string, string | null>;
  /** Number of the push that became live. */
  push?: number;
  /** The answer to a mutation that may be asked again. */
  answer?: { sessionId: string; requestId: number; outcome: Json };
  /** Newest creation time that was handed out, when a snapshot may have lost the document that held it. */
  creationTime?: number;
}
