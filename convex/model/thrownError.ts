/** What is stored of an error that a body threw. Pure. */
import { ConvexError } from "convex/values";
import type { JsonObject } from "./values";

/** So that the report of a failure cannot be refused for its size. */
const LONGEST_TEXT = 10_000;

export function thrownError(error: unknown): JsonObject {
  if (!(error instanceof Error)) return { message: storable(String(error)) };
  return {
    message: storable(messageOf(error)),
    type: storable(error.name),
    ...(error.stack !== undefined && { traceback: storable(error.stack) }),
  };
}

/** The message of a `ConvexError` is its data as text; where the data has a message, that is for people. */
function messageOf(error: Error): string {
  if (!(error instanceof ConvexError)) return error.message;
  const data = error.data as { message?: unknown } | null;
  return typeof data?.message === "string" ? data.message : error.message;
}

/** Cutting may leave half of a surrogate pair, which cannot be stored. */
function storable(text: string): string {
  return text.slice(0, LONGEST_TEXT).replace(/\p{Surrogate}/gu, "\ufffd");
}
