import { expect, test } from "vitest";
import { anyone, mutate, openApp, query } from "../../test/engine-harness.js";
import type { Engine } from "./api.js";

const request = (engine: Engine, method: string, path: string, body: string | null = null) =>
  engine.http(new Request(`http://127.0.0.1:3211${path}`, { method, body }), anyone);

test("each component sees what its parent binds for it, not the app's environment", async () => {
  const engine = await openApp("mounts");
  await engine.environment.update({ COLOUR: "green" });
  expect(await query(engine, "handles:shades", {})).toEqual({
    app: ["green", null],
    first: [null, "green"],
    second: [null, "fixed"],
  });
});

test("a component calls the app back through a function handle, without the user's identity", async () => {
  const engine = await openApp("mounts");
  const caller = { ...anyone, identity: { subject: "ada", issuer: "test", tokenIdentifier: "test|ada" } };
  await mutate(engine, "handles:callBack", { throughComponent: "first", later: false }, caller);
  expect(await query(engine, "handles:records", {})).toMatchObject([{ text: "from inside, nobody" }]);
});

test("a component schedules the app's function through its handle", async () => {
  const engine = await openApp("mounts");
  const ran = new Promise<void>((resolve) => {
    engine.onCommit(() => {
      if (engine.inspect.tables("").includes("records") && engine.inspect.scheduled().length === 0) resolve();
    });
  });
  await mutate(engine, "handles:callBack", { throughComponent: "second", later: true });
  await ran;
  expect(await query(engine, "handles:records", {})).toMatchObject([{ text: "from inside, nobody" }]);
});

test("requests go to the app's routes, then to the component that is mounted at the prefix", async () => {
  const engine = await openApp("mounts");
  const hello = await request(engine, "POST", "/hello", "you");
  expect([hello.status, await hello.text()]).toEqual([201, "hello you"]);
  expect(await (await request(engine, "GET", "/second/hello")).text()).toBe("inner fixed");
  expect((await request(engine, "GET", "/hello")).status).toBe(404);
  expect((await request(engine, "GET", "/second/nothing")).status).toBe(404);
});

test("an HTTP action that throws is reported, with its log lines, as what it answers", async () => {
  const engine = await openApp("mounts");
  const entries: unknown[] = [];
  engine.onLog((entry) => entries.push(entry));
  await expect(request(engine, "GET", "/crash/here")).rejects.toThrow("Uncaught Error: crashed");
  expect(entries).toMatchObject([{ kind: "Completion", identifier: "GET /crash/*", udfType: "HttpAction" }]);
});

test("functions of components are not callable from outside", async () => {
  const engine = await openApp("mounts");
  const seen = { component: "first", path: "calls:seen" };
  expect(engine.kindOf(seen, anyone)).toBeNull();
  expect(engine.kindOf(seen, { ...anyone, admin: true })).toBe("query");
  const { results } = await engine.queries([{ ref: seen, args: {} }], anyone);
  expect(results[0]!.outcome).toMatchObject({ ok: false });
});
