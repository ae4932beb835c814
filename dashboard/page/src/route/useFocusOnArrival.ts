import { useEffect, useRef } from "react";

/** A new page begins at its top, also for those who go by keyboard or listen; the first one begins there anyway. */
export function useFocusOnArrival(page: string): void {
  const before = useRef(page);
  useEffect(() => {
    if (before.current === page) return;
    before.current = page;
    scrollTo({ top: 0 });
    document.getElementById("main")?.focus({ preventScroll: true });
  }, [page]);
}
