/** What a function threw, as its caller gets to see it. */
import type { Json } from "./api.js";

export class FunctionError extends Error {
  override name = "FunctionError";
  /** Encoded data of a ConvexError; callers get it back as one. */
  readonly data?: Json;

  constructor(message: string, data?: Json) {
    super(message);
    if (data !== undefined) this.data = data;
  }
}

/** `codeFolder` is where pushed code lives: frames inside are shown relative to it, others not at all. */
export function describeThrown(thrown: unknown, codeFolder: string): FunctionError {
  if (thrown instanceof FunctionError) return thrown;
  if (!(thrown instanceof Error) && !isConvexError(thrown))
    return new FunctionError(`Uncaught ${String(thrown)}`);
  const text = `Uncaught ${thrown.name}: ${thrown.message}${frames(thrown.stack, codeFolder)}`;
  // invokeQuery and its kin have turned the data into JSON text.
  return new FunctionError(
    text,
    isConvexError(thrown) ? (JSON.parse(thrown.data as string) as Json) : undefined,
  );
}

function isConvexError(thrown: unknown): thrown is Error & { data: unknown } {
  return typeof thrown === "object" && thrown !== null && Symbol.for("ConvexError") in thrown;
}

function frames(stack: string | undefined, codeFolder: string): string {
  const own = (stack ?? "")
    .split("\n")
    .filter((line) => line.trim().startsWith("at ") && line.includes(codeFolder));
  return own
    .map(
      (line) => "\n" + line.replace(new RegExp(`(file://)?${escape(codeFolder)}/[^/]+/[^/]+/`), "../convex/"),
    )
    .join("");
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
