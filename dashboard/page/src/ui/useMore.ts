import type { Pages } from "jobsync-react";
import { useEffect, useState } from "react";

/** How many rows before its end a list asks for more. */
const AHEAD = 15;
/** How often it asks by itself without anything to show for it: a filter may fit next to nothing. */
const MOST_IN_VAIN = 10;

export type More = {
  /** Whether it has stopped asking by itself, and waits for the person to want it. */
  isHeld: boolean;
  goOn: () => void;
};

/** Asks for the next page when the end of the list comes into view. `shown` is how many items the list shows. */
export function useMore(
  pages: Pages<unknown>,
  size: number,
  { shown, last }: { shown: number; last: number },
): More {
  const { status, loadMore } = pages;
  const [asked, setAsked] = useState({ shown, times: 0 });
  const times = asked.shown === shown ? asked.times : 0;
  const isWanted = status === "more" && last >= shown - AHEAD;
  const isHeld = isWanted && times >= MOST_IN_VAIN;
  useEffect(() => {
    if (!isWanted || isHeld) return;
    setAsked({ shown, times: times + 1 });
    loadMore(size);
  }, [isWanted, isHeld, shown, times, size, loadMore]);
  return { isHeld, goOn: () => setAsked({ shown, times: 0 }) };
}
