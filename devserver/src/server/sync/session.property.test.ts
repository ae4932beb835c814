import fc from "fast-check";
import { expect, test } from "vitest";
import type { Commit, QueryResult } from "../../engine/api.js";
import { ANONYMOUS } from "../auth.js";
import { decodeTs } from "../wire.js";
import type { ServerMessage } from "./protocol.js";
import { SyncSession, type Effect } from "./session.js";

type Read = Extract<Effect, { do: "read" }>;
type Step = {
  do: "add" | "remove" | "commit" | "mutate" | "finish" | "answer" | "deploy" | "login";
  pick: number;
};

const TABLES = 3;

/** A database of counters, one a table, and a client that checks whatever the session sends it. */
class World {
  private readonly session = new SyncSession(() => ANONYMOUS);
  /** Counters after each commit; the position is the timestamp. */
  private readonly history: number[][] = [Array.from({ length: TABLES }, () => 0)];
  private readonly reads: { read: Read; startedAt: number }[] = [];
  private readonly mutations: number[] = [];
  private readonly version = { querySet: 0, identity: 0, ts: 0 };
  private readonly watched = new Map<number, number>();
  private readonly seen = new Map<number, number>();
  private asked = { querySet: 0, identity: 0, queryId: 0, requestId: 0 };
  private mutationsToSee: number[] = [];

  constructor() {
    this.session.receive({ type: "Connect", sessionId: "s" });
  }

  take({ do: kind, pick }: Step): void {
    const table = pick % TABLES;
    switch (kind) {
      case "add":
        return this.modify({ type: "Add", queryId: this.add(table), udfPath: `q:${table}`, args: [{}] });
      case "remove": {
        const queryId = [...this.watched.keys()][pick % Math.max(1, this.watched.size)];
        if (queryId === undefined) return;
        this.watched.delete(queryId);
        return this.modify({ type: "Remove", queryId });
      }
      case "commit":
        return this.commit(table);
      case "mutate": {
        const requestId = this.asked.requestId++;
        const message = { type: "Mutation", requestId, udfPath: `m:${table}`, args: [{}] } as const;
        return this.obey(this.session.receive({ ...message, args: [{}] }));
      }
      case "finish":
        return this.finishMutation(table);
      case "answer":
        return this.answer(pick);
      case "deploy":
        return this.obey(this.session.invalidateAll());
      case "login":
        return this.obey(
          this.session.receive({
            type: "Authenticate",
            tokenType: "None",
            baseVersion: this.asked.identity++,
          }),
        );
    }
  }

  /** Lets everything under way finish; then the client must be up to date. */
  settle(): void {
    while (this.mutations.length > 0) this.finishMutation(0);
    while (this.reads.length > 0) this.answer(0);
    expect(this.version).toMatchObject({ querySet: this.asked.querySet, identity: this.asked.identity });
    expect(this.mutationsToSee).toEqual([]);
    expect(new Set(this.seen.keys())).toEqual(new Set(this.watched.keys()));
    for (const [queryId, table] of this.watched) {
      expect(this.seen.get(queryId)).toBe(this.history.at(-1)?.[table]);
    }
  }

  private add(table: number): number {
    const queryId = this.asked.queryId++;
    this.watched.set(queryId, table);
    return queryId;
  }

  private modify(
    modification:
      | { type: "Add"; queryId: number; udfPath: string; args: [] | [object] }
      | { type: "Remove"; queryId: number },
  ): void {
    const baseVersion = this.asked.querySet++;
    const modifications = [modification as { type: "Remove"; queryId: number }];
    this.obey(
      this.session.receive({
        type: "ModifyQuerySet",
        baseVersion,
        newVersion: baseVersion + 1,
        modifications,
      }),
    );
  }

  private get now(): number {
    return this.history.length - 1;
  }

  private commit(table: number): void {
    const counters = [...(this.history[this.now] ?? [])];
    counters[table] = (counters[table] ?? 0) + 1;
    this.history.push(counters);
    this.obey(this.session.committed(Object.assign({ ts: BigInt(this.now) }, { table })));
  }

  private finishMutation(table: number): void {
    const requestId = this.mutations.shift();
    if (requestId === undefined) return;
    this.commit(table);
    this.mutationsToSee.push(this.now);
    const outcome = { ok: true as const, value: null, logLines: [] };
    this.obey(this.session.mutated(requestId, { outcome, ts: BigInt(this.now) }));
  }

  /** Answers the oldest read in a snapshot that was current at some time since it was asked for. */
  private answer(pick: number): void {
    const next = this.reads.shift();
    if (next === undefined) return;
    const { read, startedAt } = next;
    const ts = this.now - (pick % (this.now - startedAt + 1));
    const results = read.calls.map(({ ref }) => this.result(Number(/\d+/.exec(ref.path)?.[0]), ts));
    this.obey(this.session.read(read.reading, read.calls, BigInt(ts), results));
  }

  private result(table: number, ts: number): QueryResult {
    return {
      outcome: { ok: true, value: this.history[ts]?.[table] ?? null, logLines: [] },
      reads: { overlaps: (commit) => (commit as Commit & { table: number }).table === table },
    };
  }

  private obey(effects: Effect[]): void {
    for (const effect of effects) {
      if (effect.do === "read") this.reads.push({ read: effect, startedAt: this.now });
      else if (effect.do === "mutate") this.mutations.push(effect.requestId);
      else if (effect.do === "send") this.see(effect.message);
    }
  }

  /** What the official clients check, and that all answers hold at the transition's timestamp. */
  private see(message: ServerMessage): void {
    if (message.type !== "Transition") return;
    const ts = (encoded: string) => Number(decodeTs(encoded));
    expect({ ...message.startVersion, ts: ts(message.startVersion.ts) }).toEqual(this.version);
    Object.assign(this.version, message.endVersion, { ts: ts(message.endVersion.ts) });
    expect(this.version.ts).toBeGreaterThanOrEqual(ts(message.startVersion.ts));
    for (const modification of message.modifications) {
      if (modification.type === "QueryUpdated")
        this.seen.set(modification.queryId, modification.value as number);
      else this.seen.delete(modification.queryId);
    }
    for (const [queryId, value] of this.seen) {
      const table = this.watched.get(queryId);
      if (table !== undefined) expect(value).toBe(this.history[this.version.ts]?.[table]);
    }
    this.mutationsToSee = this.mutationsToSee.filter((commit) => commit > this.version.ts);
  }
}

/** Commits between a read and its answer are where mistakes hide, so they come often. */
const COMMON: Step["do"][] = ["commit", "commit", "answer", "answer", "add", "add"];
const RARE: Step["do"][] = ["remove", "mutate", "finish", "deploy", "login"];
const step = fc.record({ do: fc.constantFrom(...COMMON, ...RARE), pick: fc.nat(5) });

test("whatever happens in whatever order, a client sees gapless, consistent and in the end current answers", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const world = new World();
      for (const each of steps) world.take(each);
      world.settle();
    }),
    { numRuns: 2000 },
  );
});
