import { useNow } from "./clock";
import { duration } from "./format/duration";

/** How long something took, or has been going on if it has no end yet. */
export function Elapsed({ from, to }: { from: number; to?: number | undefined }) {
  return to === undefined ? <Running from={from} /> : <>{duration(to - from)}</>;
}

function Running({ from }: { from: number }) {
  // Whole seconds, since it is renewed once a second.
  const ms = Math.max(0, useNow() - from);
  return <>{ms < 10_000 ? `${Math.floor(ms / 1_000)} s` : duration(ms)}</>;
}
