import { ConvexError } from "convex/values";

/** Every code that a function of this backend refuses with; `contract/errors.json` lists the same ones. */
export const ERROR_CODES = [
  "unauthenticated",
  "token_invalid",
  "token_expired",
  "forbidden",
  "not_configured",
  "invalid_field",
  "unknown_status",
  "too_large",
  "job_not_found",
  "file_not_found",
  "file_mismatch",
  "busy",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** What a refusal carries: the code for programs, the message for people, and what depends on the code. */
export type RefusalData = {
  code: ErrorCode;
  message: string;
  field?: string;
  serverTime?: number;
  known?: string[];
  bytes?: number;
  limit?: number;
};

/** The only error that this backend throws on purpose: its data survives redaction in production. */
export class Refusal extends ConvexError<RefusalData> {
  constructor(code: ErrorCode, message: string, details: Omit<RefusalData, "code" | "message"> = {}) {
    super({ code, message, ...details });
  }
}

export function invalidField(field: string, problem: string): Refusal {
  return new Refusal("invalid_field", `${field} ${problem}`, { field });
}

const QUOTED_CHARACTERS = 60;

/** A caller's word as it may appear in a message: short enough to be stored in a receipt. */
export function quoted(word: string): string {
  const characters = Array.from(word);
  const shown = characters.slice(0, QUOTED_CHARACTERS).join("");
  return JSON.stringify(characters.length > QUOTED_CHARACTERS ? `${shown}…` : shown);
}

/** The data of a refusal, also after it crossed a function boundary where its class is lost; else null. */
export function refusalData(error: unknown): RefusalData | null {
  if (!(error instanceof ConvexError)) return null;
  const data: unknown = error.data;
  if (typeof data !== "object" || data === null || !("code" in data)) return null;
  return ERROR_CODES.includes(data.code as ErrorCode) ? (data as RefusalData) : null;
}
