/** Single commands of an `ingest:apply` that are refused while the others of their batch are not. */
import type { FunctionRef, Json, MutationResult } from "../../engine/api.js";
import { isJsonObject, type JsonObject } from "../http/body.js";
import type { Faults } from "./faults.js";

/** Takes the place of a command, so that its number counts as seen and its receipt says "refused". */
const NEVER_DONE: Json = { kind: "heartbeat", jobId: "a job that no test has" };

export const saying = (code: string): string => `A test asked for this refusal: ${code}.`;

/** The kinds of the commands that a call brings. */
export const kindsOf = (args: Json): string[] =>
  commandsOf(args).map(({ kind }) => (typeof kind === "string" ? kind : ""));

export async function refusingCommands(
  ref: FunctionRef,
  args: Json,
  faults: Faults,
  apply: (args: Json) => Promise<MutationResult>,
): Promise<MutationResult> {
  if (ref.path !== "ingest:apply") return apply(args);
  const codes = kindsOf(args).map((kind) => faults.codeFor(kind));
  if (codes.every((code) => code === null)) return apply(args);
  const commands = commandsOf(args).map((command, at) => (codes[at] === null ? command : NEVER_DONE));
  const { outcome, ts } = await apply({ ...(args as JsonObject), commands });
  return { ts, outcome: outcome.ok ? { ...outcome, value: withCodes(outcome.value, codes) } : outcome };
}

function withCodes(answer: Json, codes: (string | null)[]): Json {
  const { receipts, ...rest } = answer as { receipts: JsonObject[] };
  const told = receipts.map((receipt, at) => {
    const code = codes[at] ?? null;
    return code === null ? receipt : { ...receipt, error: { code, message: saying(code) } };
  });
  return { ...rest, receipts: told };
}

function commandsOf(args: Json): JsonObject[] {
  const commands = isJsonObject(args) ? args.commands : null;
  return Array.isArray(commands) ? commands.filter(isJsonObject) : [];
}
