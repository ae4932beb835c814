import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { mutate, open, openApp, query, temporaryFolder } from "../../test/engine-harness.js";
import type { Engine, Json } from "./api.js";

const START = Date.UTC(2026, 0, 1, 11, 0);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const clock = { now: () => Date.now() };

beforeEach(() => {
  vi.useFakeTimers({ now: START, toFake: ["Date", "setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Lets the time pass, and the functions that come due in it run. */
async function pass(engine: Engine, ms: number): Promise<void> {
  const end = Date.now() + ms;
  while (Date.now() < end) {
    await vi.advanceTimersByTimeAsync(Math.min(MINUTE, end - Date.now()));
    await idle(engine);
  }
}

/** A query waits for no timer, so whatever is running has ended when nothing is due any more. */
async function idle(engine: Engine): Promise<void> {
  const due = () =>
    engine.inspect.scheduled().some((job) => job.state === "pending" && job.scheduledTime <= Date.now());
  while (due()) await new Promise((resolve) => setImmediate(resolve));
}

const notes = (engine: Engine) => query(engine, "notes:list", { from: 0, to: 1 });

test("a scheduled mutation runs once, when it is due and not before", async () => {
  const engine = await openApp("engine", temporaryFolder(), clock);
  const id = await mutate(engine, "jobs:plan", { what: "note", afterMs: 5 * MINUTE });
  await pass(engine, 4 * MINUTE);
  expect(await notes(engine)).toEqual([]);
  await pass(engine, 2 * MINUTE);
  await pass(engine, 5 * MINUTE);
  expect(await notes(engine)).toMatchObject([{ text: "after 300000" }]);
  expect(await query(engine, "jobs:state", { id })).toEqual({ kind: "success" });
});

test("a scheduled mutation that was pending when the engine stopped runs once after it opened again", async () => {
  const folder = temporaryFolder();
  const first = await openApp("engine", folder, clock);
  await mutate(first, "jobs:plan", { what: "note", afterMs: MINUTE });
  await first.close();
  vi.setSystemTime(START + DAY);
  const second = await open(folder, clock);
  await pass(second, MINUTE);
  expect(await notes(second)).toHaveLength(1);
  await second.close();
  const third = await open(folder, clock);
  await pass(third, MINUTE);
  expect(await notes(third)).toHaveLength(1);
});

test("a function scheduled a month ahead does not run at once", async () => {
  const engine = await openApp("engine", temporaryFolder(), clock);
  const id = await mutate(engine, "jobs:plan", { what: "note", afterMs: 30 * DAY });
  await pass(engine, 10 * MINUTE);
  expect(await query(engine, "jobs:state", { id })).toEqual({ kind: "pending" });
});

test("a scheduled mutation that throws is failed and leaves nothing", async () => {
  const engine = await openApp("engine", temporaryFolder(), clock);
  const id = await mutate(engine, "jobs:plan", { what: "broken", afterMs: 0 });
  await pass(engine, MINUTE);
  expect(await query(engine, "jobs:state", { id })).toMatchObject({ kind: "failed" });
  expect(await notes(engine)).toEqual([]);
});

test("a cancelled function does not run", async () => {
  const engine = await openApp("engine", temporaryFolder(), clock);
  const id = (await mutate(engine, "jobs:plan", { what: "note", afterMs: MINUTE })) as string;
  await mutate(engine, "jobs:cancel", { id });
  await pass(engine, 2 * MINUTE);
  expect(await query(engine, "jobs:state", { id })).toEqual({ kind: "canceled" });
  expect(await notes(engine)).toEqual([]);
});

test("an action that was running when the engine stopped is failed, not run again", async () => {
  const folder = temporaryFolder();
  const first = await openApp("engine", folder, clock);
  const id = await mutate(first, "jobs:plan", { what: "hang", afterMs: 0 });
  await pass(first, MINUTE);
  expect(await query(first, "jobs:state", { id })).toEqual({ kind: "inProgress" });
  await first.close();
  const second = await open(folder, clock);
  expect(await query(second, "jobs:state", { id })).toMatchObject({ kind: "failed" });
});

test("results are kept for seven days and then dropped", async () => {
  const folder = temporaryFolder();
  const first = await openApp("engine", folder, clock);
  const id = await mutate(first, "jobs:plan", { what: "note", afterMs: 0 });
  await pass(first, MINUTE);
  await first.close();
  vi.setSystemTime(START + 6 * DAY);
  const second = await open(folder, clock);
  await pass(second, MINUTE);
  expect(await query(second, "jobs:state", { id })).toEqual({ kind: "success" });
  await second.close();
  vi.setSystemTime(START + 8 * DAY);
  const third = await open(folder, clock);
  await pass(third, MINUTE);
  expect(await query(third, "jobs:state", { id })).toBeNull();
});

const ticks = (engine: Engine, name: string): Promise<Json> => query(engine, "ticks:ticks", { name });

test("crons run at their times, and go on after a restart without making up for what they missed", async () => {
  const folder = temporaryFolder();
  const first = await openApp("crons", folder, clock);
  await pass(first, 2.5 * MINUTE);
  expect(await ticks(first, "interval")).toEqual([START, START + MINUTE, START + 2 * MINUTE]);
  expect(await ticks(first, "daily")).toEqual([]);
  await first.close();
  vi.setSystemTime(START + 90 * MINUTE);
  const second = await open(folder, clock);
  await pass(second, 2.5 * MINUTE);
  expect(await ticks(second, "daily")).toHaveLength(1);
  expect((await ticks(second, "interval")) as number[]).toHaveLength(6);
});
