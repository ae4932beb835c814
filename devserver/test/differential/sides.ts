/** The two that are compared, behind one small interface: our engine and Convex's own mock. */
import { convexTest } from "convex-test";
import { convexToJson, jsonToConvex, type Value } from "convex/values";
import * as path from "node:path";
import type { Engine, Json, Push } from "../../src/engine/api.js";
import { runningCall } from "../../src/engine/call.js";
import { bundleApp } from "../bundle-app.js";
import { admin } from "../engine-harness.js";
import type { GeneratedSchema } from "./arbitraries.js";
import * as interpreter from "./convex/interpreter.js";

export interface Side {
  call(kind: "query" | "mutation" | "action", name: string, args: Json): Promise<Json>;
  /** Resolves when everything that was scheduled for now has run. */
  settle(): Promise<void>;
}

/** The call's result, or its error as one word: both sides word them differently. */
export const FAILED: Json = "failed";

export async function makePush(schema: GeneratedSchema): Promise<Push> {
  const push = await bundleApp(path.join(import.meta.dirname, "convex"));
  const { export: text } = { export: (schema.definition as unknown as { export(): string }).export() };
  const source = `export default { export: () => ${JSON.stringify(text)} };`;
  return { ...push, app: { ...push.app, schema: { path: "schema.js", source, environment: "isolate" } } };
}

export function engineSide(engine: Engine): Side {
  return {
    async call(kind, name, args) {
      const ref = { component: "", path: `interpreter:${name}` };
      if (kind === "query") return value((await engine.queries([{ ref, args }], admin)).results[0]!.outcome);
      if (kind === "mutation") return value((await engine.mutation(ref, args, admin)).outcome);
      return value(await engine.action(ref, args, admin));
    },
    async settle() {
      const due = () => engine.inspect.scheduled().some(({ scheduledTime }) => scheduledTime <= Date.now());
      if (!due()) return;
      await new Promise<void>((resolve) => {
        const stop = engine.onCommit(() => {
          if (due()) return;
          stop();
          resolve();
        });
      });
    },
  };
}

function value(outcome: { ok: true; value: Json } | { ok: false }): Json {
  return outcome.ok ? outcome.value : FAILED;
}

export function oracleSide(schema: GeneratedSchema): Side {
  const modules = {
    "./_generated/api.js": () => Promise.resolve({}),
    "./interpreter.ts": () => Promise.resolve(interpreter),
  };
  const mock = withSharedGlobal(() =>
    convexTest({ schema: schema.definition, modules, transactionLimits: true }),
  );
  const run = { query: mock.query, mutation: mock.mutation, action: mock.action } as unknown as Record<
    string,
    (reference: string, args: Value) => Promise<Value>
  >;
  return {
    async call(kind, name, args) {
      try {
        return convexToJson((await run[kind]!(`interpreter:${name}`, jsonToConvex(args))) ?? null);
      } catch {
        return FAILED;
      }
    },
    settle: () => mock.finishAllScheduledFunctions(() => undefined),
  };
}

/** Both install a global `Convex`: this one asks whose function is running. */
function withSharedGlobal<T>(install: () => T): T {
  const holder = globalThis as unknown as { Convex: Record<string, unknown> };
  const ours = holder.Convex;
  const result = install();
  const theirs = holder.Convex;
  if (theirs === ours) return result;
  const of = (name: string) => ({ get: () => (runningCall() ? ours : theirs)[name] });
  holder.Convex = Object.defineProperties(
    {},
    {
      syscall: of("syscall"),
      asyncSyscall: of("asyncSyscall"),
      jsSyscall: of("jsSyscall"),
    },
  );
  return result;
}
