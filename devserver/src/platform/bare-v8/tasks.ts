/**
 * Timers without an event loop: whoever runs this V8 asks when the next one is due, and lets one after another run.
 */
import { bindToContexts } from "./async-context.js";

interface Task {
  due: number;
  body: () => void;
}

const tasks = new Map<number, Task>();
/** Whatever becomes of the global `Date`, tasks go by the real time. */
const { now } = Date;
let last = 0;

function add(body: () => void, delay: number): number {
  last += 1;
  tasks.set(last, { due: delay <= 0 ? 0 : now() + delay, body: bindToContexts(body) });
  return last;
}

export const setTimeout = (body: (...args: unknown[]) => void, delay = 0, ...args: unknown[]): number =>
  add(() => body(...args), delay);

export const setImmediate = (body: (...args: unknown[]) => void, ...args: unknown[]): number =>
  setTimeout(body, 0, ...args);

export function clearTimeout(id: number | undefined): void {
  if (id !== undefined) tasks.delete(id);
}

export function setInterval(body: () => void, delay = 0): number {
  const id = add(body, delay);
  const again = () => {
    tasks.set(id, { due: now() + delay, body: again });
    body();
  };
  tasks.set(id, { due: now() + delay, body: bindToContexts(again) });
  return id;
}

/** Milliseconds until the next task is due; null without one. */
export function untilNextTask(): number | null {
  const next = earliest();
  return next === null ? null : Math.max(0, next[1].due - now());
}

/** Runs the task that is due for longest, if one is. */
export function runTask(): void {
  const next = earliest();
  if (next === null || next[1].due > now()) return;
  tasks.delete(next[0]);
  next[1].body();
}

function earliest(): [number, Task] | null {
  let found: [number, Task] | null = null;
  for (const entry of tasks) if (found === null || entry[1].due < found[1].due) found = entry;
  return found;
}
