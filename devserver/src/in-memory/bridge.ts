/**
 * The way in and out of a V8 that runs deployments in memory, several if need be: texts and bytes only.
 *
 * Nothing calls out of V8. Whoever runs it says what is to be done, collects what came of it, and lets tasks run when
 * they are due.
 */
import { toBytes } from "#platform";
import type { Json } from "../engine/api.js";
import { takeLines } from "../platform/bare-v8/console.js";
import { seed } from "../platform/bare-v8/random.js";
import { runTask, untilNextTask } from "../platform/bare-v8/tasks.js";
import { functionRef } from "../server/function-path.js";
import type { StateModification } from "../server/sync/protocol.js";
import type { BuiltIn } from "./disk.js";
import { openInMemory, type InMemory, type InMemoryOptions } from "./deployment.js";
import type { PlainRequest } from "./request.js";

/** What came of a request or of opening (`id`), or of a query that is followed (`query`). */
type News =
  | { id: number; status: number; headers: Record<string, string>; text: string | null }
  | { id: number; failure: string }
  | { query: number; change: StateModification };

export const bridgeTo = (builtIn: BuiltIn): Bridge => new Bridge(builtIn);

class Bridge {
  readonly #open = new Map<number, InMemory>();
  /** Bodies that are too large to be passed as text, or no text. */
  readonly #rooms = new Map<number, Uint8Array<ArrayBuffer>>();
  #news: News[] = [];

  constructor(private readonly builtIn: BuiltIn) {}

  /** SHA-256 of the recorded push whose functions run here. */
  get push(): string {
    return this.builtIn.digest;
  }

  seed(base64: string): void {
    seed(toBytes(base64, "base64"));
  }

  open(id: number, options: InMemoryOptions): void {
    const tell = (change: StateModification) => void this.#news.push({ query: change.queryId, change });
    this.#finish(id, async () => {
      this.#open.set(id, await openInMemory(options, this.builtIn, tell));
      return { id, status: 200, headers: {}, text: "" };
    });
  }

  close(deployment: number): void {
    void this.#open.get(deployment)?.close();
    this.#open.delete(deployment);
  }

  /** Whoever asked for it fills it with the body of the request of this id. */
  room(id: number, size: number): ArrayBuffer {
    const bytes = new Uint8Array(size);
    this.#rooms.set(id, bytes);
    return bytes.buffer;
  }

  /** The body of an answer; it is forgotten with that. */
  take(id: number): ArrayBuffer {
    const bytes = this.#rooms.get(id) ?? new Uint8Array(0);
    this.#rooms.delete(id);
    return bytes.slice().buffer;
  }

  /** `body` in base64; null if it is in the room of this id. */
  request(deployment: number, id: number, request: Omit<PlainRequest, "body">, body: string | null): void {
    this.#finish(id, async () => {
      const bytes = body === null ? new Uint8Array(this.take(id)) : toBytes(body, "base64");
      const reply = await this.#find(deployment).answer({
        ...request,
        body: bytes as Uint8Array<ArrayBuffer>,
      });
      const { status, headers } = reply;
      if (typeof reply.body === "string") return { id, status, headers, text: reply.body };
      this.#rooms.set(id, reply.body as Uint8Array<ArrayBuffer>);
      return { id, status, headers, text: null };
    });
  }

  /** Whoever follows a query of a deployment that was closed hears nothing, as of one that is out of reach. */
  follow(deployment: number, query: number, path: string, args: Json): void {
    this.#open.get(deployment)?.live.follow({ queryId: query, ref: functionRef(path), args });
  }

  drop(deployment: number, query: number): void {
    this.#open.get(deployment)?.live.drop(query);
  }

  /** Lets the next task run, if one is due. */
  turn(): void {
    runTask();
  }

  /** What came and was printed since the last time, and the milliseconds until `turn` has something to do. */
  collect(): string {
    const news = this.#news;
    this.#news = [];
    return JSON.stringify({ news, printed: takeLines(), next: untilNextTask() });
  }

  #finish(id: number, work: () => Promise<News>): void {
    work().then(
      (news) => this.#news.push(news),
      (error: unknown) => this.#news.push({ id, failure: String((error as Error).stack ?? error) }),
    );
  }

  #find(deployment: number): InMemory {
    const found = this.#open.get(deployment);
    if (found === undefined) throw new Error("The deployment was closed.");
    return found;
  }
}
