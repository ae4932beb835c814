import * as fs from "node:fs";
import * as path from "node:path";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { act, mutate, open, openApp, query, temporaryFolder } from "../../test/engine-harness.js";
import type { Engine } from "./api.js";

const plain = { contentType: "text/plain" };
const START = Date.UTC(2030, 0, 1);
const DAY = 24 * 3600 * 1000;
const notes = (engine: Engine) => query(engine, "notes:list", { from: 0, to: 9 });
const addNote = (engine: Engine) => mutate(engine, "notes:add", { text: "x", rank: 1 });

/** Everything that a deployment can hold. */
async function fill(engine: Engine): Promise<void> {
  await addNote(engine);
  await mutate(engine, "jobs:plan", { what: "note", afterMs: DAY });
  await engine.storage.store("", Readable.from([Buffer.from("hello")]), plain);
  await engine.environment.update({ COLOUR: "red", SIZE: "9" });
}

const everything = (engine: Engine) =>
  engine.inspect
    .tables("")
    .flatMap(
      (table) =>
        engine.inspect.page("", table, { order: "asc", limit: 9, cursor: null }).documents as object[],
    );

test("a reset leaves no document, file, schedule or variable, also for who opens the folder again", async () => {
  const folder = temporaryFolder();
  const engine = await openApp("engine", folder);
  await fill(engine);
  engine.reset({ COLOUR: "blue" });
  const check = (opened: Engine) => {
    expect(everything(opened)).toEqual([]);
    expect(opened.inspect.scheduled()).toEqual([]);
    expect(opened.environment.list()).toEqual({ COLOUR: "blue" });
    expect(fs.readdirSync(path.join(folder, "files"))).toEqual([]);
  };
  check(engine);
  await engine.close();
  check(await open(folder));
});

test("after a reset the code is there, and works", async () => {
  const engine = await openApp("engine");
  await fill(engine);
  engine.reset({});
  await addNote(engine);
  expect(await notes(engine)).toMatchObject([{ text: "x" }]);
});

test("crons count from the time of the reset", async () => {
  let now = START + 100 * DAY;
  const engine = await openApp("crons", temporaryFolder(), { now: () => now });
  now = START;
  engine.reset({});
  now += DAY;
  await engine.clockMoved();
  expect(await query(engine, "ticks:ticks", { name: "daily" })).toEqual([now]);
});

test("documents made after a reset are of the time that it is then, if the clock went back with it", async () => {
  let now = START + 100 * DAY;
  const engine = await openApp("engine", temporaryFolder(), { now: () => now });
  await addNote(engine);
  now = START;
  engine.reset({});
  await addNote(engine);
  expect(await notes(engine)).toMatchObject([{ _creationTime: START }]);
});

test("what a live query saw is outdated by a reset", async () => {
  const engine = await openApp("engine");
  await addNote(engine);
  const call = { ref: { component: "", path: "notes:list" }, args: { from: 0, to: 9 } };
  const { results } = await engine.queries([call], { admin: false, identity: null, requestId: "1" });
  let outdated = false;
  engine.onCommit((commit) => (outdated ||= results[0]!.reads.overlaps(commit)));
  engine.reset({});
  expect(outdated).toBe(true);
});

test("a mutation, an action and an upload that were under way end without effect", async () => {
  const engine = await openApp("engine");
  const { storageId } = await engine.storage.store("", Readable.from([Buffer.from("hello")]), plain);
  let sendRest: () => void = () => undefined;
  const rest = new Promise<void>((resolve) => (sendRest = resolve));
  async function* body() {
    yield Buffer.from("hel");
    await rest;
    yield Buffer.from("lo");
  }
  const underWay = Promise.allSettled([
    mutate(engine, "notes:increment", { name: "a" }),
    act(engine, "files:copy", { id: storageId }),
    engine.storage.store("", body(), plain),
  ]);
  engine.reset({});
  sendRest();
  expect((await underWay).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(everything(engine)).toEqual([]);
});
