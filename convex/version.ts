/** Raised when a client that speaks the older one could no longer be served. */
export const PROTOCOL = 1;

export const VERSION = "0.2.0";
