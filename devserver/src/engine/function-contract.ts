/** What a call must fulfil around the code: that the function is there and callable, its arguments and its result. */
import { jsonToConvex, type Value } from "convex/values";
import type { Json } from "./api.js";
import type { Call } from "./call.js";
import { FunctionError } from "./function-error.js";
import { describeRef, type RegisteredFunction } from "./functions.js";
import { mismatch } from "./validator.js";
import { checkArgumentOrResult } from "./value-limits.js";

export function requireFunction(call: Call): RegisteredFunction {
  const registered = call.deployment.find(call.ref);
  const name = describeRef(call.ref);
  if (registered === null) {
    throw new FunctionError(
      `Could not find function for '${name}'. Did you forget to run \`npx convex dev\` or \`npx convex deploy\`?`,
    );
  }
  if (registered.kind !== call.kind) {
    throw new FunctionError(
      `Trying to execute ${name} as ${call.kind}, but it is defined as ${registered.kind}.`,
    );
  }
  return registered;
}

export function requirePublic(call: Call): void {
  if (call.component === "" && call.deployment.find(call.ref)?.isPublic) return;
  throw new FunctionError(
    `Could not find public function for '${describeRef(call.ref)}'. ` +
      "Did you forget to run `npx convex dev` or `npx convex deploy`?",
  );
}

/** Clients send the object itself or an array that holds it. */
export function argumentObject(args: Json): Json {
  const argument = Array.isArray(args) ? (args.length === 0 ? {} : args[0]!) : args;
  if (typeof argument === "object" && argument !== null && !Array.isArray(argument)) return argument;
  throw new FunctionError("The arguments of a Convex function must be one object.");
}

export function checkArguments(call: Call, registered: RegisteredFunction, argument: Json): void {
  const value = decode(argument, "ArgumentValidationError: ");
  check(() => checkArgumentOrResult(value, `Arguments of ${describeRef(call.ref)}`));
  const reason = mismatch(registered.args, value, call.runtime.idCheck(call.component));
  if (reason !== null) throw new FunctionError(`ArgumentValidationError: ${reason}`);
}

export function checkResult(call: Call, registered: RegisteredFunction, result: Json): void {
  const value = decode(result, "ReturnsValidationError: ");
  check(() => checkArgumentOrResult(value, `Function ${describeRef(call.ref)} return value`));
  const reason =
    registered.returns && mismatch(registered.returns, value, call.runtime.idCheck(call.component));
  if (reason !== null) throw new FunctionError(`ReturnsValidationError: ${reason}`);
}

function decode(json: Json, prefix: string): Value {
  try {
    return jsonToConvex(json);
  } catch (error) {
    throw new FunctionError(prefix + (error as Error).message);
  }
}

function check(body: () => void): void {
  try {
    body();
  } catch (error) {
    throw new FunctionError((error as Error).message);
  }
}
