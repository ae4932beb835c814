/** One thing that is to go wrong, as a test asks for it. */
import type { Json } from "../../engine/api.js";
import { badJsonBody, isJsonObject, type JsonObject } from "../http/body.js";

export type Mishap =
  | { does: "refuse"; status: number; retryAfter: number | null }
  | { does: "throw"; code: string }
  | { does: "delay"; ms: number }
  | { does: "drop"; what: "request" | "answer" };

export interface Fault {
  mishap: Mishap;
  /** `*` stands for anything. */
  calls: string[];
  /** How many calls it is for; null: until it is removed. */
  times: number | null;
}

export function parseFault(body: Json | undefined): Fault {
  if (!isJsonObject(body)) throw badJsonBody("add must be an object.");
  const { calls, times = null } = body;
  if (!Array.isArray(calls) || calls.length === 0 || !calls.every((call) => typeof call === "string")) {
    throw badJsonBody("calls must be a list of names.");
  }
  if (times !== null && !isWhole(times, 1))
    throw badJsonBody("times must be a whole number from 1, or null.");
  return { mishap: parseMishap(body), calls, times };
}

function parseMishap({ status, retryAfter = null, code, delayMs, drop }: JsonObject): Mishap {
  if (typeof code === "string") return { does: "throw", code };
  if (drop === "request" || drop === "answer") return { does: "drop", what: drop };
  if (isWhole(delayMs, 0)) return { does: "delay", ms: delayMs };
  const isPause = retryAfter === null || (typeof retryAfter === "number" && retryAfter >= 0);
  if (isWhole(status, 400) && status < 600 && isPause) return { does: "refuse", status, retryAfter };
  throw badJsonBody(
    "A fault needs status (400 to 599, retryAfter with it in seconds), code, delayMs, or drop (request, answer).",
  );
}

const isWhole = (value: Json | undefined, least: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= least;

export function concerns({ calls }: Pick<Fault, "calls">, names: string[]): boolean {
  return calls.some((pattern) => names.some((name) => matches(pattern, name)));
}

function matches(pattern: string, name: string): boolean {
  const [start = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return name === pattern;
  const end = rest.pop() ?? "";
  if (!name.startsWith(start) || !name.endsWith(end) || name.length < start.length + end.length) return false;
  let at = start.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - end.length;
}
