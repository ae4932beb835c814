/** A request that fails before any function ran: answered with this status and `{code, message}`. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

/** The connection is to break where the answer should come. */
export class LostConnection extends Error {
  override readonly name = "LostConnection";
}

export const badRequest = (code: string, message: string): ApiError => new ApiError(400, code, message);
