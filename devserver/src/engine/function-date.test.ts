import { expect, test } from "vitest";
import { act, mutate, openApp, query, temporaryFolder } from "../../test/engine-harness.js";

const START = Date.UTC(2030, 0, 1);

/** An engine with a clock that goes on by a second whenever it is looked at. */
function openTicking() {
  let now = START;
  return openApp("clock", temporaryFolder(), { now: () => (now += 1000) });
}

test("functions are told the engine's time, however they ask for a date", async () => {
  const engine = await openApp("clock", temporaryFolder(), { now: () => START });
  const years = { now: START, date: START, text: new Date(START).toString(), given: 5, isDate: true };
  expect(await query(engine, "dates:all", {})).toEqual(years);
  expect(await act(engine, "dates:allInAction", {})).toEqual(years);
});

test("time stands still within a query or mutation and the functions that it calls, and goes on in actions", async () => {
  const engine = await openTicking();
  const [first, nested, last] = (await mutate(engine, "dates:twice", {})) as number[];
  expect([nested, last]).toEqual([first, first]);
  const [before, after] = (await act(engine, "dates:twiceInAction", {})) as number[];
  expect(after).toBeGreaterThan(before!);
  expect(before).toBeGreaterThan(first!);
});

test("outside of functions the time is the host's", async () => {
  await openApp("clock", temporaryFolder(), { now: () => START });
  const before = performance.timeOrigin;
  expect(Date.now()).toBeGreaterThan(before);
  expect(Date.now()).toBeLessThan(before + 24 * 3600 * 1000);
});

test("what is scheduled for later runs as soon as the clock has moved there, with what it schedules itself", async () => {
  let now = START;
  const engine = await openApp("clock", temporaryFolder(), { now: () => now });
  await mutate(engine, "dates:ring", { inMs: 60_000, times: 3 });
  await engine.clockMoved();
  expect(await query(engine, "dates:rung", {})).toEqual([]);
  now += 60_000;
  await engine.clockMoved();
  expect(await query(engine, "dates:rung", {})).toEqual([now, now, now]);
});
