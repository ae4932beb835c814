/** What an error tells: a message for everybody, and a traceback for those who run the job. Pure. */
import { fieldsOf, isObject, type Json, objectOf } from "./values";

const TRACEBACK = "Traceback (most recent call last)";
const LONGEST_MESSAGE = 4000;

/** The text of an error that may be shown to anybody: a message, never a traceback. */
export function shownMessage(error: Json): string | null {
  const message = typeof error === "object" && error !== null && "message" in error ? error.message : error;
  if (typeof message !== "string") return null;
  const [before = "", after] = message.split(TRACEBACK, 2);
  const shown = after === undefined || before.trim() !== "" ? before.trim() : lastLine(after);
  return Array.from(shown).slice(0, LONGEST_MESSAGE).join("");
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}

export type Failure = { error: Json; traceback: string | null };

/** Takes the traceback out of an error, whether it is a field of its own or the text itself. */
export function splitFailure(error: Json): Failure {
  if (typeof error === "string" && error.includes(TRACEBACK)) {
    return { error: shownMessage(error), traceback: error };
  }
  if (!isObject(error)) return { error, traceback: null };
  const { traceback, ...rest } = fieldsOf(error);
  if (typeof traceback !== "string") return { error, traceback: null };
  return { error: objectOf(rest as Record<string, Json>), traceback };
}
