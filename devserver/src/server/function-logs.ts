/** The last log entries, and the long poll with which `convex logs` and `convex dev` follow them. */
import type { Json } from "../engine/api.js";
import { badRequest } from "./api-error.js";
import { json, type Exchange, type Reply, type Route } from "./http/router.js";

const KEPT = 1000;
/** Shorter than any client's or proxy's patience; an empty answer makes the client ask again. */
const LONGEST_WAIT_MS = 10_000;

export class FunctionLogs {
  private entries: { cursor: number; entry: Json }[] = [];
  private cursor = Date.now();
  private readonly waiting = new Set<() => void>();

  add(entry: Json): void {
    // Milliseconds as cursors outlive a restart; the floor keeps them unique within one.
    this.cursor = Math.max(this.cursor + 1, Date.now());
    this.entries.push({ cursor: this.cursor, entry });
    if (this.entries.length > KEPT) this.entries.shift();
    this.wakeAll();
  }

  /** Entries after the cursor: at once if there are some or if it is the first poll (cursor 0). */
  async after(cursor: number, signal: AbortSignal): Promise<{ entries: Json[]; newCursor: number }> {
    if (cursor !== 0 && this.cursor <= cursor) await this.nextEntry(signal);
    const entries = this.entries.filter((kept) => kept.cursor > cursor).map(({ entry }) => entry);
    return { entries, newCursor: this.cursor };
  }

  /** Answers every poll that waits, so that a stop does not wait for them. */
  wakeAll(): void {
    for (const wake of this.waiting) wake();
  }

  private async nextEntry(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, LONGEST_WAIT_MS);
      this.waiting.add(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }
}

export const logRoutes: Route[] = [
  { method: "GET", path: "/api/stream_function_logs", admin: true, handle: handleStream },
  { method: "GET", path: "/api/stream_udf_execution", admin: true, handle: handleStream },
];

async function handleStream({ deployment, request, url }: Exchange): Promise<Reply> {
  const cursor = Number(url.searchParams.get("cursor") ?? "0");
  if (Number.isNaN(cursor)) throw badRequest("BadCursor", "cursor must be a number.");
  const gone = new AbortController();
  request.once("close", () => gone.abort());
  return json(await deployment.logs.after(cursor, gone.signal));
}
