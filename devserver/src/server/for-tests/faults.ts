/** What is to go wrong, in the order in which it was said: a call meets the first that concerns it. */
import { ApiError, LostConnection } from "../api-error.js";
import { badJsonBody, readJsonObject } from "../http/body.js";
import { json, type Exchange, type Reply, type Route } from "../http/router.js";
import { concerns, parseFault, type Fault, type Mishap } from "./fault.js";

interface Entry {
  fault: Fault;
  met: number;
  removed: boolean;
  /** Ends the pauses of the calls that it delays; with an error they do not go on. */
  pauses: Set<(error?: Error) => void>;
}

export interface NamedCall {
  name: string;
  /** What it consists of, such as the kinds of its commands: each can be refused with a code of its own. */
  parts?: string[];
}

export class Faults {
  readonly #entries = new Map<string, Entry>();

  /** Does `work`, or what happens to it; `thrown` is what a function answers that throws a code. */
  async around<T>(call: NamedCall, work: () => Promise<T>, thrown: (code: string) => T): Promise<T> {
    const names = [call.name, ...(call.parts ?? [])];
    const entry = this.#meet((fault) => concerns(fault, isThrown(fault) ? [call.name] : names));
    return entry === null ? work() : suffer(entry, entry.fault.mishap, work, thrown);
  }

  /** The code that a part of a call is refused with, if any. */
  codeFor(part: string): string | null {
    const mishap = this.#meet((fault) => isThrown(fault) && concerns(fault, [part]))?.fault.mishap;
    return mishap?.does === "throw" ? mishap.code : null;
  }

  /** Nothing of it is left, and calls that are delayed never happen. */
  reset(): void {
    for (const entry of this.#entries.values()) end(entry, new LostConnection());
    this.#entries.clear();
  }

  get routes(): Route[] {
    const handle = (exchange: Exchange) => this.#handle(exchange);
    return [{ method: "POST", path: "/api/jobsync/faults", admin: true, handle }];
  }

  #meet(concerned: (fault: Fault) => boolean): Entry | null {
    for (const entry of this.#entries.values()) {
      const { fault, met, removed } = entry;
      if (removed || met === fault.times || !concerned(fault)) continue;
      entry.met += 1;
      return entry;
    }
    return null;
  }

  async #handle({ request }: Exchange): Promise<Reply> {
    const { add, remove, clear, met } = await readJsonObject(request);
    if (add !== undefined) return json({ id: this.add(parseFault(add)) });
    if (clear === true) for (const entry of this.#entries.values()) end(entry);
    if (typeof remove === "string") end(this.#find(remove));
    if (typeof met === "string") return json({ met: this.#find(met).met });
    return json(null);
  }

  /** Answers what to call it by. */
  add(fault: Fault): string {
    const id = crypto.randomUUID();
    this.#entries.set(id, { fault, met: 0, removed: false, pauses: new Set() });
    return id;
  }

  #find(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw badJsonBody(`There is no fault ${id}: a reset ends all of them.`);
    return entry;
  }
}

const isThrown = ({ mishap }: Fault): boolean => mishap.does === "throw";

function end(entry: Entry, error?: Error): void {
  entry.removed = true;
  for (const proceed of entry.pauses) proceed(error);
}

async function suffer<T>(
  entry: Entry,
  mishap: Mishap,
  work: () => Promise<T>,
  thrown: (code: string) => T,
): Promise<T> {
  switch (mishap.does) {
    case "delay":
      await pause(entry, mishap.ms);
      return work();
    case "throw":
      return thrown(mishap.code);
    case "refuse":
      throw refusal(mishap.status, mishap.retryAfter);
    case "drop":
      if (mishap.what === "answer") await work();
      throw new LostConnection();
  }
}

function pause({ pauses }: Entry, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const proceed = (error?: Error) => {
      clearTimeout(timer);
      pauses.delete(proceed);
      if (error) reject(error);
      else resolve();
    };
    const timer = setTimeout(proceed, ms);
    pauses.add(proceed);
  });
}

function refusal(status: number, retryAfter: number | null): ApiError {
  const headers = retryAfter === null ? {} : { "retry-after": String(retryAfter) };
  return new ApiError(status, "Refused", "A test asked for this refusal.", headers);
}
