/**
 * The process-wide names that Convex functions use: `Convex.*syscall`, `console`, `Date` and `process.env`.
 *
 * They are replaced once; each use asks which call it belongs to, so several engines share one process, and
 * code outside of functions sees the real ones.
 */
import { environmentOf, loadingEnvironment } from "./environment.js";
import { runningCall, type Call } from "./call.js";
import { mentionsCommitTs } from "./commit-timestamp.js";
import { installFunctionDate } from "./function-date.js";
import type { LogLevel } from "./logging.js";
import { asyncSyscalls, jsSyscalls, syncSyscalls } from "./syscalls/index.js";

let installed = false;

export function installGlobals(): void {
  if (installed) return;
  installed = true;
  Object.assign(globalThis, { Convex: { syscall, asyncSyscall, jsSyscall } });
  captureConsole();
  installFunctionDate();
  for (const name of ["fetch", "setTimeout", "setInterval"] as const) forbidInTransactions(name);
  hideHostEnvironment();
}

function syscall(op: string, args: string): string {
  return JSON.stringify(find(syncSyscalls, op)(requireCall(op), JSON.parse(args)));
}

async function asyncSyscall(op: string, args: string): Promise<string> {
  if (mentionsCommitTs(args)) requireCall(op).requireMutation().usesCommitTs = true;
  const run = find(asyncSyscalls, op);
  return JSON.stringify((await run(requireCall(op), JSON.parse(args))) ?? null);
}

async function jsSyscall(op: string, args: Record<string, unknown>): Promise<unknown> {
  return find(jsSyscalls, op)(requireCall(op), args);
}

function find<F>(table: Record<string, F>, op: string): F {
  const run = table[op];
  if (run === undefined) throw new Error(`The embedded deployment does not do "${op}".`);
  return run;
}

function requireCall(op: string): Call {
  const call = runningCall();
  if (call === undefined) throw new Error(`"${op}" was called outside of a Convex function.`);
  call.assertNotReset();
  return call;
}

const LEVELS: Record<string, LogLevel> = {
  debug: "DEBUG",
  error: "ERROR",
  info: "INFO",
  log: "LOG",
  trace: "LOG",
  warn: "WARN",
};

function captureConsole(): void {
  for (const [method, level] of Object.entries(LEVELS)) {
    const print = Reflect.get(console, method) as (...messages: unknown[]) => void;
    Reflect.set(console, method, (...messages: unknown[]) => {
      const call = runningCall();
      if (call === undefined) print.apply(console, messages);
      else call.request.logs.add(level, messages);
    });
  }
}

/** As Convex does: a query or mutation may run again, so it must not reach the world outside or wait for it. */
function forbidInTransactions(name: "fetch" | "setTimeout" | "setInterval"): void {
  const original = globalThis[name] as (...args: unknown[]) => unknown;
  const guarded = (...args: unknown[]) => {
    if (runningCall()?.transaction) {
      throw new Error(`Can't use ${name}() in queries and mutations. Please consider using an action.`);
    }
    return original(...args);
  };
  // Node hangs the promise version of timers on the function.
  Object.assign(globalThis, {
    [name]: Object.defineProperties(guarded, Object.getOwnPropertyDescriptors(original)),
  });
}

function hideHostEnvironment(): void {
  const host = process.env;
  const visible = () => {
    const call = runningCall();
    return call === undefined ? (loadingEnvironment() ?? host) : environmentOf(call);
  };
  process.env = new Proxy(host, {
    get: (_, name) => Reflect.get(visible(), name) as string | undefined,
    has: (_, name) => Reflect.has(visible(), name),
    ownKeys: () => Reflect.ownKeys(visible()),
    getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(visible(), name),
    set: (_, name, value) => Reflect.set(visible(), name, value),
    deleteProperty: (_, name) => Reflect.deleteProperty(visible(), name),
  });
}
