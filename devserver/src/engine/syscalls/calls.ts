/** Functions that call functions. */
import type { Caller, FunctionRef, Json, Outcome } from "../api.js";
import type { Call } from "../call.js";
import { functionHandle, resolveAddress, type FunctionAddress } from "../function-address.js";
import { FunctionError } from "../function-error.js";
import type { Metric } from "../usage.js";
import type { AsyncSyscall } from "./index.js";

type CallArgs = FunctionAddress & { args: Json };

export const callSyscalls: Record<string, AsyncSyscall> = {
  "1.0/actions/action": (call, args: CallArgs) =>
    fromAction(call, args, (ref, caller) => call.runtime.runner.action(ref, args.args, caller)),
  "1.0/actions/mutation": (call, args: CallArgs) =>
    fromAction(
      call,
      args,
      async (ref, caller) => (await call.runtime.runner.mutation(ref, args.args, caller)).outcome,
    ),
  "1.0/actions/query": (call, args: CallArgs) =>
    fromAction(call, args, async (ref, caller) => {
      const { results } = await call.runtime.runner.queries([{ ref, args: args.args }], caller);
      return results[0]!.outcome;
    }),
  "1.0/createFunctionHandle": (call, address: FunctionAddress) =>
    functionHandle(resolveAddress(address, call.component)),
  "1.0/runUdf": runUdf,
};

interface RunUdfArgs extends CallArgs {
  udfType: "query" | "mutation" | "snapshotQuery";
  transactionLimits?: Partial<Record<Metric, number>>;
}

function runUdf(call: Call, args: RunUdfArgs): Promise<Json> {
  const { runner } = call.runtime;
  const ref = resolveAddress(args, call.component);
  const { udfType } = args;
  if (udfType === "snapshotQuery") return call.inTurn(() => runner.nestedOnSnapshot(call, ref, args.args));
  if (udfType === "mutation") call.requireMutation();
  return call.inTurn(() => runner.nested(call, ref, udfType, args.args, args.transactionLimits));
}

/** A call of its own, whose log lines the action shows as its own. */
async function fromAction(
  call: Call,
  address: FunctionAddress,
  run: (ref: FunctionRef, caller: Caller) => Promise<Outcome>,
): Promise<Json> {
  const ref = resolveAddress(address, call.component);
  const { requestId, ip, userAgent, logs } = call.request;
  const identity = call.identityFor(ref.component);
  const outcome = await run(ref, {
    admin: true,
    identity,
    requestId,
    ip: ip ?? undefined,
    userAgent: userAgent ?? undefined,
  });
  logs.lines.push(...outcome.logLines);
  if (outcome.ok) return outcome.value;
  throw new FunctionError(
    outcome.message.replace(/^\[Request ID: [^\]]*\] Server Error\n/, ""),
    outcome.data,
  );
}
