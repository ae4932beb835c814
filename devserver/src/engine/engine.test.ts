import { expect, test } from "vitest";
import { admin, anyone, mutate, open, openApp, query, temporaryFolder } from "../../test/engine-harness.js";

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
