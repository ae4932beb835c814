import { beforeEach, describe, expect, test } from "vitest";
import type { Commit, Json, QueryResult } from "../../engine/api.js";
import { ANONYMOUS } from "../auth.js";
import { encodeTs } from "../wire.js";
import type { FunctionRequest, ServerMessage, StateModification } from "./protocol.js";
import { SyncSession, type Effect } from "./session.js";

/** A result whose query reads one table. */
const result = (value: Json, table = "jobs"): QueryResult => ({
  outcome: { ok: true, value, logLines: [] },
  reads: { overlaps: (commit) => (commit as Commit & { table: string }).table === table },
});

const commit = (ts: bigint, table = "jobs"): Commit => Object.assign({ ts }, { table });

type Read = Extract<Effect, { do: "read" }>;

let session: SyncSession;

const sent = (effects: Effect[]): ServerMessage[] =>
  effects.flatMap((effect) => (effect.do === "send" ? [effect.message] : []));

const readsIn = (effects: Effect[]): Read[] =>
  effects.filter((effect): effect is Read => effect.do === "read");

const onlyRead = (effects: Effect[]): Read => {
  const [read, ...more] = readsIn(effects);
  if (read === undefined || more.length > 0) throw new Error("expected exactly one read");
  return read;
};

const answer = ({ reading, calls }: Read, ts: bigint, ...results: QueryResult[]): Effect[] =>
  session.read(reading, calls, ts, results);

const changesIn = (effects: Effect[]): StateModification[] =>
  sent(effects).flatMap((message) => (message.type === "Transition" ? message.modifications : []));

const add = (queryId: number, version = queryId): Effect[] =>
  session.receive({
    type: "ModifyQuerySet",
    baseVersion: version,
    newVersion: version + 1,
    modifications: [{ type: "Add", queryId, udfPath: `jobs:q${queryId}`, args: [{}] }],
  });

const mutation = (requestId: number): FunctionRequest => ({
  type: "Mutation",
  requestId,
  udfPath: "jobs:save",
  args: [{}],
});

beforeEach(() => {
  session = new SyncSession((message) => {
    if (message.value === "wrong") throw new Error("wrong key");
    return { admin: message.tokenType === "Admin", identity: null };
  });
  session.receive({ type: "Connect", sessionId: "s" });
});

describe("live queries", () => {
  test("a query is read and brings the client from version zero to its own", () => {
    const effects = answer(onlyRead(add(0)), 5n, result("a"));
    expect(sent(effects)).toEqual([
      {
        type: "Transition",
        startVersion: { querySet: 0, identity: 0, ts: encodeTs(0n) },
        endVersion: { querySet: 1, identity: 0, ts: encodeTs(5n) },
        modifications: [{ type: "QueryUpdated", queryId: 0, value: "a", logLines: [], journal: null }],
      },
    ]);
  });

  test("a commit runs only the queries that it touches, and sends only what changed", () => {
    answer(onlyRead(add(0)), 1n, result("a"));
    answer(onlyRead(add(1)), 2n, result("b", "files"));
    const read = onlyRead(session.committed(commit(3n, "files")));
    expect(read.calls.map((call) => call.queryId)).toEqual([1]);
    expect(changesIn(answer(read, 3n, result("c", "files")))).toMatchObject([{ queryId: 1, value: "c" }]);
  });

  test("a commit that touches nothing, or that changes no answer, sends nothing", () => {
    answer(onlyRead(add(0)), 1n, result("a"));
    expect(session.committed(commit(2n, "files"))).toEqual([]);
    expect(sent(answer(onlyRead(session.committed(commit(3n))), 3n, result("a")))).toEqual([]);
  });

  test("transitions follow each other without a gap, also over one that was not sent", () => {
    answer(onlyRead(add(0)), 1n, result("a"));
    answer(onlyRead(session.committed(commit(2n))), 2n, result("a"));
    const [message] = sent(answer(onlyRead(session.committed(commit(3n))), 3n, result("b")));
    expect(message).toMatchObject({ startVersion: { ts: encodeTs(1n) }, endVersion: { ts: encodeTs(3n) } });
  });

  test("a commit during a read that the read did not see is read after it", () => {
    const read = onlyRead(add(0));
    expect(session.committed(commit(6n))).toEqual([]);
    const effects = answer(read, 5n, result("a"));
    expect(changesIn(effects)).toMatchObject([{ value: "a" }]);
    expect(changesIn(answer(onlyRead(effects), 6n, result("b")))).toMatchObject([{ value: "b" }]);
  });

  test("a commit during a read that the read did see is not read twice", () => {
    const read = onlyRead(add(0));
    session.committed(commit(5n));
    expect(readsIn(answer(read, 5n, result("a")))).toEqual([]);
  });

  test("all answers of a transition hold at its timestamp: a query outdated meanwhile is read again first", () => {
    answer(onlyRead(add(0)), 1n, result("a"));
    const readOfSecond = onlyRead(add(1));
    session.committed(commit(3n));
    const effects = answer(readOfSecond, 4n, result("b", "files"));
    expect(sent(effects)).toEqual([]);
    const again = onlyRead(effects);
    expect(again.calls.map((call) => call.queryId)).toEqual([0]);
    expect(changesIn(answer(again, 4n, result("a2")))).toMatchObject([
      { queryId: 0, value: "a2" },
      { queryId: 1, value: "b" },
    ]);
  });

  test("a removed query is reported as removed and its late answer is dropped", () => {
    const read = onlyRead(add(0));
    session.receive({
      type: "ModifyQuerySet",
      baseVersion: 1,
      newVersion: 2,
      modifications: [{ type: "Remove", queryId: 0 }],
    });
    const effects = answer(read, 1n, result("late"));
    expect(changesIn(effects)).toEqual([]);
    expect(changesIn(answer(onlyRead(effects), 1n))).toEqual([{ type: "QueryRemoved", queryId: 0 }]);
  });

  test("a failed query carries its data only if it has some, null included", () => {
    const failed = (data?: Json): QueryResult => ({
      ...result(null),
      outcome: { ok: false, message: "no", logLines: [], ...(data === undefined ? {} : { data }) },
    });
    expect(changesIn(answer(onlyRead(add(0)), 1n, failed()))[0]).not.toHaveProperty("errorData");
    expect(changesIn(answer(onlyRead(add(1)), 1n, failed(null)))[0]).toHaveProperty("errorData", null);
  });

  test("where a page ended is given back when its query runs again", () => {
    answer(onlyRead(add(0)), 1n, { ...result("a"), journal: "end" });
    expect(onlyRead(session.committed(commit(2n))).calls).toMatchObject([{ journal: "end" }]);
  });

  test("new code runs every query again, and a read of the old code is not used", () => {
    answer(onlyRead(add(0)), 1n, result("a"));
    const old = onlyRead(session.committed(commit(2n)));
    const fresh = onlyRead(session.invalidateAll());
    expect(answer(old, 2n, result("old"))).toEqual([]);
    expect(changesIn(answer(fresh, 2n, result("new")))).toMatchObject([{ value: "new" }]);
  });

  test("a version that the server is not at is an error of the protocol", () => {
    expect(() => add(0, 4)).toThrow("Base version 4 passed up doesn't match 0");
  });
});

describe("mutations and actions", () => {
  const done = (ts: bigint) => ({ outcome: { ok: true as const, value: "done", logLines: [] }, ts });

  test("mutations run one at a time, in order", () => {
    expect(session.receive(mutation(1))).toMatchObject([{ do: "mutate", requestId: 1, sessionId: "s" }]);
    expect(session.receive(mutation(2))).toEqual([]);
    const effects = session.mutated(1, done(7n));
    expect(effects.filter((effect) => effect.do === "mutate")).toMatchObject([{ requestId: 2 }]);
  });

  test("a mutation's answer is followed by a transition, even an empty one", () => {
    session.receive(mutation(1));
    const effects = session.mutated(1, done(7n));
    expect(sent(effects)).toEqual([
      {
        type: "MutationResponse",
        requestId: 1,
        success: true,
        result: "done",
        ts: encodeTs(7n),
        logLines: [],
      },
    ]);
    expect(sent(answer(onlyRead(effects), 7n))).toMatchObject([{ type: "Transition", modifications: [] }]);
  });

  test("a failed mutation is followed by a transition too: the Python client waits for it", () => {
    session.receive(mutation(1));
    const outcome = { ok: false as const, message: "no", data: { code: "x" }, logLines: [] };
    const effects = session.mutated(1, { outcome, ts: 7n });
    expect(sent(effects)).toMatchObject([{ success: false, result: "no", errorData: { code: "x" } }]);
    expect(sent(answer(onlyRead(effects), 7n))).toMatchObject([{ type: "Transition" }]);
  });

  test("an answer given while a transition is read gets one of its own", () => {
    const read = onlyRead(add(0));
    session.receive(mutation(1));
    session.mutated(1, done(7n));
    const effects = answer(read, 6n, result("a"));
    expect(sent(answer(onlyRead(effects), 7n))).toMatchObject([{ endVersion: { ts: encodeTs(7n) } }]);
  });

  test("actions start at once, beside each other and beside mutations", () => {
    session.receive(mutation(1));
    for (const requestId of [2, 3]) {
      const effects = session.receive({ type: "Action", requestId, udfPath: "jobs:run", args: [{}] });
      expect(effects).toMatchObject([{ do: "act", requestId }]);
    }
  });

  test("more mutations than a client may queue disconnect it", () => {
    for (let i = 0; i <= 1000; i++) session.receive(mutation(i));
    expect(session.receive(mutation(1001))).toEqual([{ do: "close", reason: "TooManyConcurrentMutations" }]);
  });
});

describe("identity", () => {
  const authenticate = (tokenType: "Admin" | "None", value: string, baseVersion = 0) =>
    session.receive({ type: "Authenticate", tokenType, value, baseVersion });

  test("a new identity runs every query again as that caller, and counts the version up", () => {
    const asNobody = onlyRead(add(0));
    expect(asNobody.credentials).toEqual(ANONYMOUS);
    const asAdmin = onlyRead(authenticate("Admin", "key"));
    expect(asAdmin.credentials).toEqual({ admin: true, identity: null });
    expect(answer(asNobody, 1n, result("public"))).toEqual([]);
    expect(sent(answer(asAdmin, 1n, result("all")))).toMatchObject([
      { endVersion: { querySet: 1, identity: 1 }, modifications: [{ value: "all" }] },
    ]);
  });

  test("a refused key is told and disconnects", () => {
    expect(authenticate("Admin", "wrong")).toEqual([
      {
        do: "send",
        message: { type: "AuthError", error: "wrong key", baseVersion: 0, authUpdateAttempted: true },
      },
      { do: "close", reason: "AuthError" },
    ]);
  });
});

test("nothing is accepted before Connect", () => {
  session = new SyncSession(() => ANONYMOUS);
  expect(() => session.receive(mutation(1))).toThrow("Connect must be the first message");
});
