import { expect, test } from "vitest";
import { mutate, openApp, query, temporaryFolder } from "../../../test/engine-harness.js";
import { MovableClock } from "./movable-clock.js";

/** An engine on a clock that stands still. */
async function openOn(clock: MovableClock) {
  clock.hold(true);
  return openApp("clock", temporaryFolder(), { now: () => clock.now() });
}

test("time that is moved stops wherever something is due, as time that passes does", async () => {
  const clock = new MovableClock();
  const engine = await openOn(clock);
  const start = clock.now();
  for (const inMs of [300, 100, 200]) await mutate(engine, "dates:ring", { inMs, times: 1 });
  await clock.advance(250, engine);
  expect(await query(engine, "dates:rung", {})).toEqual([start + 100, start + 200]);
  expect(clock.now()).toBe(start + 250);
});

test("what comes due exactly at the end has run", async () => {
  const clock = new MovableClock();
  const engine = await openOn(clock);
  await mutate(engine, "dates:ring", { inMs: 100, times: 1 });
  await clock.advance(100, engine);
  expect(await query(engine, "dates:rung", {})).toEqual([clock.now()]);
});

test("a clock that is held stands, goes on from there, and a reset shows real time", () => {
  const clock = new MovableClock(60_000);
  clock.hold(true);
  const held = clock.now();
  expect(held).toBeGreaterThan(Date.now() + 50_000);
  expect(clock.now()).toBe(held);
  clock.hold(false);
  expect(clock.now()).toBeGreaterThanOrEqual(held);
  clock.reset();
  expect(clock.now()).toBeLessThanOrEqual(Date.now());
});

test("an action that waits for something else does not hold moved time up", async () => {
  const clock = new MovableClock();
  clock.hold(true);
  const engine = await openApp("engine", temporaryFolder(), { now: () => clock.now() });
  await mutate(engine, "jobs:plan", { what: "hang", afterMs: 1000 });
  await mutate(engine, "jobs:plan", { what: "note", afterMs: 5000 });
  await clock.advance(10_000, engine);
  expect(await query(engine, "notes:list", { from: 0, to: 1 })).toHaveLength(1);
});
