/** `Date` as functions see it: the engine's clock, which stands still within a query or mutation, as in Convex. */
import { runningCall } from "./call.js";

/** Outside of functions it is the host's. */
export function installFunctionDate(): void {
  const host = Date;
  const now = () => runningCall()?.now() ?? host.now();
  globalThis.Date = new Proxy(host, {
    apply: () => new host(now()).toString(),
    construct: (_, args: [], newTarget) =>
      Reflect.construct(host, args.length === 0 ? [now()] : args, newTarget) as Date,
    get: (_, name) => (name === "now" ? now : (Reflect.get(host, name) as unknown)),
  });
}
