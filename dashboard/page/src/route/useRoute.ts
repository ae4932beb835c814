import { useMemo, useSyncExternalStore } from "react";
import { parseRoute, type Route } from "./route";

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return useMemo(() => parseRoute(hash), [hash]);
}

/** Filters that are being typed take the place of those before, so that Back leaves the list. */
export function replaceRoute(path: string): void {
  history.replaceState(null, "", path);
  dispatchEvent(new HashChangeEvent("hashchange"));
}
