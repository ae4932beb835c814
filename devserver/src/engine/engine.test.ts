import { jsonToConvex } from "convex/values";
import { expect, test } from "vitest";
import {
  admin,
  anyone,
  appPush,
  mutate,
  open,
  openApp,
  push,
  query,
  temporaryFolder,
} from "../../test/engine-harness.js";
import type { Engine, Json } from "./api.js";

test("a note that was added is found in its index range, and only there", async () => {
  const engine = await openApp("engine");
  await mutate(engine, "notes:add", { text: "low", rank: 1 });
  await mutate(engine, "notes:add", { text: "high", rank: 10 });
  const found = await query(engine, "notes:list", { from: 0, to: 5 });
  expect(found).toMatchObject([{ text: "low", rank: 1 }]);
});

test("a failed mutation leaves nothing and hands its data to the caller", async () => {
  const engine = await openApp("engine");
  const { outcome } = await engine.mutation(
    { component: "", path: "notes:fail" },
    { data: { code: "no" } },
    anyone,
  );
  expect(outcome).toMatchObject({ ok: false, data: { code: "no" } });
  expect(outcome.logLines).toEqual(["[LOG] 'about to fail' { data: { code: 'no' } }"]);
  expect(await query(engine, "notes:list", { from: -1, to: 1 })).toEqual([]);
});

test("an uncaught error names its request and its message, and no path of this machine", async () => {
  const engine = await openApp("engine");
  const { outcome } = await engine.mutation({ component: "", path: "notes:crash" }, {}, anyone);
  expect(outcome).toMatchObject({
    ok: false,
    message: expect.stringMatching(
      /^\[Request ID: test\] Server Error\nUncaught Error: out of cheese/,
    ) as string,
  });
  expect(JSON.stringify(outcome)).not.toContain("engine-test-");
});

test("mutations that read and write the same counter at once lose no increment", async () => {
  const engine = await openApp("engine");
  await Promise.all(Array.from({ length: 40 }, () => mutate(engine, "notes:increment", { name: "a" })));
  expect(await query(engine, "notes:counter", { name: "a" })).toBe(40);
});

test("a mutation that loses every race gets its turn, and never sees a snapshot change", async () => {
  const engine = await openApp("engine");
  await mutate(engine, "notes:increment", { name: "a" });
  let over = false;
  const slow = mutate(engine, "notes:incrementSlowly", { name: "a", rounds: 30 }).finally(
    () => (over = true),
  );
  let quick = 0;
  while (!over) {
    await mutate(engine, "notes:increment", { name: "a" });
    quick += 1;
  }
  await slow;
  expect(await query(engine, "notes:counter", { name: "a" })).toBe(quick + 2);
});

test("a commit timestamp is the commit's own, rises, and is the newest to the mutation that writes it", async () => {
  const engine = await openApp("engine");
  const results: { ts: bigint; at: Json }[] = [];
  for (let time = 0; time < 3; time++) {
    const { outcome, ts } = await engine.mutation({ component: "", path: "notes:stamp" }, {}, anyone);
    const { isNewest, stamp } = (outcome as unknown as { value: { isNewest: boolean; stamp: { at: Json } } })
      .value;
    expect(isNewest).toBe(true);
    results.push({ ts, at: stamp.at });
  }
  const stored = (await query(engine, "notes:stamps", {})) as { at: Json }[];
  expect(stored.map(({ at }) => jsonToConvex(at))).toEqual(results.map(({ ts }) => ts));
  expect(stored.map(({ at }) => at)).toEqual(results.map(({ at }) => at));
});

test("a mutation cannot call out", async () => {
  const engine = await openApp("engine");
  await expect(mutate(engine, "notes:callOut", {})).rejects.toThrow(
    "Can't use fetch() in queries and mutations",
  );
});

test("internal functions answer the admin only", async () => {
  const engine = await openApp("engine");
  await expect(mutate(engine, "notes:secret", {})).rejects.toThrow(
    "Could not find public function for 'notes:secret'",
  );
  expect(await mutate(engine, "notes:secret", {}, admin)).toBe("internal");
});

test("functions see the deployment's environment and nothing of the host's", async () => {
  const engine = await openApp("engine");
  await engine.environment.update({ COLOUR: "green" });
  expect(await query(engine, "notes:variable", { name: "COLOUR" })).toBe("green");
  expect(await query(engine, "notes:variable", { name: "CONVEX_SITE_URL" })).toBe("http://127.0.0.1:3211");
  expect(await query(engine, "notes:variable", { name: "PATH" })).toBeNull();
});

test("after a restart code, documents, ids and environment are as they were", async () => {
  const folder = temporaryFolder();
  const first = await openApp("engine", folder);
  const id = await mutate(first, "notes:add", { text: "kept", rank: 1 });
  await first.environment.update({ COLOUR: "green" });
  const before = await query(first, "notes:list", { from: 0, to: 9 });
  const { ts } = first;
  await first.close();
  const second = await open(folder);
  expect(await query(second, "notes:list", { from: 0, to: 9 })).toEqual(before);
  expect(before).toMatchObject([{ _id: id }]);
  expect(second.environment.list()).toEqual({ COLOUR: "green" });
  expect(second.ts).toBe(ts);
});

test("modules see the deployment's environment while they load, and nothing of the host's", async () => {
  const engine = await open(temporaryFolder());
  await engine.environment.update({ COLOUR: "green" });
  await push(engine, await appPush("engine"));
  expect(await query(engine, "notes:seenAtLoad", {})).toEqual({ atLoad: "green", hostAtLoad: null });
});

test("a repeated request of a session gets the first answer, at once and after a restart", async () => {
  const folder = temporaryFolder();
  const first = await openApp("engine", folder);
  const add = { component: "", path: "notes:add" };
  const dedupe = { sessionId: "s", requestId: 1 };
  const ask = (engine: Engine) => engine.mutation(add, { text: "once", rank: 1 }, anyone, dedupe);
  const answers = await Promise.all([ask(first), ask(first)]);
  answers.push(await ask(first));
  await first.close();
  const second = await open(folder);
  answers.push(await ask(second));
  expect(new Set(answers.map(({ outcome }) => JSON.stringify(outcome))).size).toBe(1);
  expect(await query(second, "notes:list", { from: 0, to: 9 })).toHaveLength(1);
});

test("what a function left running cannot write after it has ended", async () => {
  const engine = await openApp("engine");
  await mutate(engine, "notes:dangling", {});
  await new Promise((resolve) => setImmediate(resolve));
  await mutate(engine, "notes:increment", { name: "later" });
  expect(await query(engine, "notes:list", { from: -9, to: 9 })).toEqual([]);
});

test("a live query is touched by commits inside the range that it read, and by no others", async () => {
  const engine = await openApp("engine");
  await mutate(engine, "notes:add", { text: "inside", rank: 5 });
  const list = { ref: { component: "", path: "notes:list" }, args: { from: 0, to: 10 } };
  const { reads } = (await engine.queries([list], anyone)).results[0]!;
  const touched: boolean[] = [];
  engine.onCommit((commit) => touched.push(reads.overlaps(commit)));
  await mutate(engine, "notes:add", { text: "outside", rank: 10 });
  await mutate(engine, "notes:increment", { name: "another table" });
  await mutate(engine, "notes:add", { text: "inside", rank: 9.9 });
  await mutate(engine, "notes:overwrite", { text: "outside" });
  await engine.environment.update({ ANY: "1" });
  expect(touched).toEqual([false, false, true, false, true]);
});

test("more index ranges than Convex allows are refused", async () => {
  const engine = await openApp("engine");
  await query(engine, "notes:scan", { times: 4_096 });
  await expect(query(engine, "notes:scan", { times: 4_097 })).rejects.toThrow("Too many index ranges");
});

test("a push that the stored documents do not fit says which one and why, before it is live", async () => {
  const engine = await openApp("engine");
  const id = (await mutate(engine, "notes:add", { text: "plain", rank: 1 })) as string;
  const code = await appPush("engine");
  const source = code.app.schema!.source.replace("text: v.string()", "text: v.number()");
  const staged = await engine.stage({
    ...code,
    app: { ...code.app, schema: { ...code.app.schema!, source } },
  });
  const found = staged.checkDocuments();
  expect(found).toMatchObject({ component: "", table: "notes" });
  expect(found!.error).toContain(id);
  expect(found!.error).toContain("Path: .text");
  expect(await query(engine, "notes:list", { from: 0, to: 9 })).toHaveLength(1);
});

test("a push that cannot be loaded says which module failed, and the old code goes on", async () => {
  const engine = await openApp("engine");
  const code = await appPush("engine");
  const broken = { path: "broken.js", source: "throw new Error('at load')", environment: "isolate" as const };
  const functions = [...code.app.functions, broken];
  await expect(engine.stage({ ...code, app: { ...code.app, functions } })).rejects.toThrow(
    'Loading the pushed module "broken.js" failed: at load',
  );
  expect(await query(engine, "notes:list", { from: 0, to: 9 })).toEqual([]);
});
