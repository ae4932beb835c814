/** `console`, kept until whoever runs this V8 asks for it. */
import { inspect } from "./inspect.js";

const MOST_LINES = 1000;
let lines: string[] = [];

function print(...messages: unknown[]): void {
  if (lines.length < MOST_LINES) lines.push(messages.map(inspect).join(" "));
}

export const console = { debug: print, error: print, info: print, log: print, trace: print, warn: print };

/** What was printed since the last time. */
export function takeLines(): string[] {
  const taken = lines;
  lines = [];
  return taken;
}
