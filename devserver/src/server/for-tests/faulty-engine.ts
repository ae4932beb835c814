/** The engine as clients meet it while something is to go wrong; what it does by itself goes on as ever. */
import type { Engine, Outcome, QueryResult } from "../../engine/api.js";
import { ApiError, badRequest } from "../api-error.js";
import type { Faults } from "./faults.js";
import { kindsOf, refusingCommands, saying } from "./refused-commands.js";

export function faultyEngine(engine: Engine, faults: Faults): Engine {
  const faulty: Partial<Engine> = {
    ...faultyFunctions(engine, faults),
    http: (request, caller) => {
      const name = `${request.method} ${new URL(request.url).pathname}`;
      const thrown = (code: string) => Response.json({ error: saying(code), code }, { status: 400 });
      return faults.around({ name }, () => engine.http(request, caller), thrown);
    },
    storage: faultyStorage(engine.storage, faults),
  };
  return new Proxy(engine, {
    get(target, name) {
      const value: unknown = Reflect.get(faulty, name) ?? Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

function faultyFunctions(engine: Engine, faults: Faults): Pick<Engine, "queries" | "mutation" | "action"> {
  return {
    queries: (calls, caller) =>
      faults.around(
        { name: calls[0]?.ref.path ?? "", parts: calls.map(({ ref }) => ref.path) },
        () => engine.queries(calls, caller),
        (code) => ({ ts: engine.ts, results: calls.map(() => failedQuery(code)) }),
      ),
    mutation: (ref, args, caller, dedupe) =>
      faults.around(
        { name: ref.path, parts: kindsOf(args) },
        () => refusingCommands(ref, args, faults, (left) => engine.mutation(ref, left, caller, dedupe)),
        (code) => ({ ts: engine.ts, outcome: failed(code) }),
      ),
    action: (ref, args, caller) =>
      faults.around({ name: ref.path }, () => engine.action(ref, args, caller), failed),
  };
}

function faultyStorage(storage: Engine["storage"], faults: Faults): Engine["storage"] {
  const thrown = (code: string): never => {
    throw badRequest(code, saying(code));
  };
  return {
    checkUploadToken: (token) => storage.checkUploadToken(token),
    open: (component, uuid) =>
      faults.around({ name: "download" }, () => storage.open(component, uuid), thrown),
    store: async (component, body, options) => {
      try {
        return await faults.around({ name: "upload" }, () => storage.store(component, body, options), thrown);
      } catch (error) {
        // A client only reads the refusal once it has sent everything.
        if (error instanceof ApiError) await drained(body);
        throw error;
      }
    },
  };
}

async function drained(body: AsyncIterable<Uint8Array>): Promise<void> {
  const chunks = body[Symbol.asyncIterator]();
  while ((await chunks.next()).done !== true);
}

function failed(code: string): Outcome {
  const message = saying(code);
  return { ok: false, message, data: { code, message }, logLines: [] };
}

const failedQuery = (code: string): QueryResult => ({
  outcome: failed(code),
  reads: { overlaps: () => true },
});
