/** Tells the deployment that somebody looks, so that pipelines report sooner while it matters. */
import { type ConvexReactClient, useConvex } from "convex/react";
import { type FunctionArgs, getFunctionName } from "convex/server";
import { useEffect } from "react";
import { useFunctions } from "./functions";
import { useTokenArgument } from "./provider";

/** Shorter than what one touch lasts, which is 30 s. */
const REPEAT_MS = 20_000;

type Touch = ReturnType<typeof useFunctions>["watches"]["touch"];

/** What each client touches, and for how many components: one touch serves them all. */
const watched = new WeakMap<ConvexReactClient, Map<string, { watchers: number; stop: () => void }>>();

/** For as long as the component is there and its tab in view. Without `jobId`: that somebody looks at lists. */
export function useWatch(jobId: string | undefined, { skip = false } = {}): void {
  const client = useConvex();
  const api = useFunctions();
  const { token } = useTokenArgument();
  useEffect(() => {
    if (skip) return;
    const args = { ...(token !== undefined && { token }), ...(jobId !== undefined && { jobId }) };
    return watch(client, api.watches.touch, args);
  }, [client, api, token, jobId, skip]);
}

function watch(client: ConvexReactClient, touch: Touch, args: FunctionArgs<Touch>): () => void {
  const key = JSON.stringify([getFunctionName(touch), args]);
  const all = watched.get(client) ?? new Map<string, { watchers: number; stop: () => void }>();
  watched.set(client, all);
  const entry = all.get(key) ?? { watchers: 0, stop: repeat(client, touch, args) };
  entry.watchers += 1;
  all.set(key, entry);
  return () => {
    entry.watchers -= 1;
    if (entry.watchers > 0) return;
    entry.stop();
    all.delete(key);
  };
}

function repeat(client: ConvexReactClient, touch: Touch, args: FunctionArgs<Touch>): () => void {
  let isUnderWay = false;
  const send = () => {
    // While the deployment is away nothing piles up that it would get all at once.
    if (isUnderWay || document.hidden) return;
    isUnderWay = true;
    client
      .mutation(touch, args)
      // It only makes things quicker; whatever is wrong, the queries beside it say so.
      .catch(() => undefined)
      .finally(() => (isUnderWay = false));
  };
  send();
  const timer = setInterval(send, REPEAT_MS);
  document.addEventListener("visibilitychange", send);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", send);
  };
}
