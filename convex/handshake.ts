import { v } from "convex/values";
import { query } from "./access";
import { PROTOCOL, VERSION } from "./version";

/** Whether a client and this deployment speak the same protocol, and how far their clocks are apart. */
export const get = query({
  scope: "read",
  args: {},
  returns: v.object({ protocol: v.number(), version: v.string(), serverTime: v.number() }),
  // The clock is safe in this query: a new token is a new argument, so an old answer is not served from a cache.
  handler: () => Promise.resolve({ protocol: PROTOCOL, version: VERSION, serverTime: Date.now() }),
});
