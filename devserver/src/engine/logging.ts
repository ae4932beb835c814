/** The log lines of one request, as the console prints them. */
import { inspect } from "#platform";

export type LogLevel = "DEBUG" | "ERROR" | "INFO" | "LOG" | "WARN";

const MAX_LINES = 256;
const MAX_LENGTH = 4096;

export class LogSink {
  readonly lines: string[] = [];

  add(level: LogLevel, messages: unknown[]): void {
    if (this.lines.length > MAX_LINES) return;
    if (this.lines.length === MAX_LINES) {
      this.lines.push(`[WARN] 'Log overflow (maximum ${MAX_LINES} lines): the rest is dropped.'`);
      return;
    }
    const text = `[${level}] ${messages.map((message) => inspect(message)).join(" ")}`;
    this.lines.push(text.length <= MAX_LENGTH ? text : text.slice(0, MAX_LENGTH) + " (truncated)");
  }
}
