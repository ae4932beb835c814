import { useConvexConnectionState } from "convex/react";
import { useEffect, useState } from "react";
import styles from "./ConnectionBanner.module.css";

/** As long a first connection may take before it is worth a word. */
const PATIENCE_MS = 3_000;

/** Says so while what is shown may be out of date. It goes away by itself: the client keeps trying. */
export function ConnectionBanner({ deployment }: { deployment: string }) {
  const { isWebSocketConnected, hasEverConnected } = useConvexConnectionState();
  const isLate = useIsLate();
  return (
    <div className={styles.place} role="status">
      {!isWebSocketConnected && (hasEverConnected || isLate) && (
        <p className={styles.banner}>
          {hasEverConnected
            ? "Connection lost. What you see may be out of date; trying again…"
            : `${deployment} does not answer. Check that it runs; trying again…`}
        </p>
      )}
    </div>
  );
}

function useIsLate(): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return isLate;
}
