import { expect, test } from "vitest";
import { clearTimeout, runTask, setImmediate, setTimeout, untilNextTask } from "./tasks.js";

test("tasks run one at a time, the one that is due for longest first, and only when they are due", () => {
  const ran: string[] = [];
  setTimeout(() => ran.push("later"), 3_600_000);
  setImmediate((word) => ran.push(String(word)), "first");
  const dropped = setTimeout(() => ran.push("dropped"));
  setTimeout(() => ran.push("second"));
  clearTimeout(dropped);
  expect(untilNextTask()).toBe(0);
  runTask();
  expect(ran).toEqual(["first"]);
  runTask();
  runTask();
  expect(ran).toEqual(["first", "second"]);
  expect(untilNextTask()).toBeGreaterThan(3_000_000);
});
