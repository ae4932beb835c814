/** Plays a sequence on one side and writes down what can be compared. */
import { convexToJson, type Value } from "convex/values";
import type { Json } from "../../src/engine/api.js";
import type { Operation, Slots, Step } from "./operations.js";
import { FAILED, type Side } from "./sides.js";

export async function replay(steps: Step[], side: Side): Promise<Json[]> {
  const player = new Player(side);
  const record: Json[] = [];
  for (const step of steps) record.push(comparable(await player.play(step), player.names()));
  const everything: Operation[] = [
    { type: "query", query: { table: "t0", bounds: [], filters: [] }, take: "collect" },
    { type: "query", query: { table: "t1", bounds: [], filters: [] }, take: "collect" },
    { type: "readSchedules" },
  ];
  const end = await player.play({ type: "call", kind: "query", operations: everything, fails: false });
  return [...record, comparable(end, player.names())];
}

class Player {
  #slots: Slots = { documents: [], schedules: [], files: [] };

  constructor(private readonly side: Side) {}

  /** Ids of this side, by the name that both sides share. */
  names(): Map<string, string> {
    const { documents, schedules, files } = this.#slots;
    const named = (ids: string[], kind: string) =>
      ids.map((id, at): [string, string] => [id, `${kind} ${at}`]);
    return new Map([
      ...named(documents, "document"),
      ...named(schedules, "schedule"),
      ...named(files, "file"),
    ]);
  }

  async play(step: Step): Promise<Json> {
    if (step.type === "paginate") return this.#paginate(step);
    if (step.type === "action") {
      const { storeBytes, calls } = step;
      return this.#remember(await this.#call("action", "act", { storeBytes, calls: encode(calls) }));
    }
    const { kind, operations, fails } = step;
    const name = kind === "query" ? "read" : "write";
    return this.#remember(await this.#call(kind, name, { operations: encode(operations), fails }));
  }

  async #call(
    kind: "query" | "mutation" | "action",
    name: string,
    args: { [name: string]: Json },
  ): Promise<Json> {
    const result = await this.side.call(kind, name, {
      ...args,
      slots: structuredClone(this.#slots) as unknown as Json,
    });
    // Waiting costs the mock many turns of the event loop.
    if (JSON.stringify(args).includes('"schedule"')) await this.side.settle();
    return result;
  }

  #remember(result: Json): Json {
    if (result === FAILED) return result;
    const { results, slots } = result as { results: Json; slots: Json };
    this.#slots = slots as unknown as Slots;
    return results;
  }

  /**
   * The documents of all pages, and the first page again, up to where it ended, after more were inserted.
   * Whether a full page is the last one is not compared: the mock knows at once, Convex a page later.
   */
  async #paginate({ query, pageSize, insertBetween }: Extract<Step, { type: "paginate" }>): Promise<Json> {
    const read = async (cursor: Json, endCursor?: Json) => {
      const options = { numItems: pageSize, cursor, ...(endCursor === undefined ? {} : { endCursor }) };
      return this.#call("query", "page", { query: encode(query), options });
    };
    const first = await read(null);
    if (first === FAILED) return first;
    let page = first as unknown as Page;
    const end = page.continueCursor;
    const documents = [...page.page];
    while (!page.isDone) {
      page = (await read(page.continueCursor)) as unknown as Page;
      documents.push(...page.page);
    }
    if (documents.length === (first as unknown as Page).page.length) return { documents };
    await this.play({ type: "call", kind: "mutation", operations: insertBetween, fails: false });
    return { documents, again: ((await read(null, end)) as unknown as Page).page };
  }
}

interface Page {
  page: Json[];
  isDone: boolean;
  continueCursor: string;
}

function encode(value: unknown): Json {
  return convexToJson(value as Value);
}

/** Names instead of ids, and no times: those differ by nature. */
function comparable(json: Json, names: Map<string, string>): Json {
  // What a scheduled function inserted has no name here.
  if (typeof json === "string") return names.get(json) ?? (/^\w{32}$/.test(json) ? "unnamed" : json);
  if (Array.isArray(json)) return json.map((element) => comparable(element, names));
  if (typeof json !== "object" || json === null) return json;
  const rest = { ...json };
  delete rest["_creationTime"];
  return Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, comparable(value, names)]));
}
