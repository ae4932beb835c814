import { useConvexConnectionState } from "convex/react";
import styles from "./ConnectionBanner.module.css";

/** Says so while what is shown may be out of date. It goes away by itself: the client keeps trying. */
export function ConnectionBanner({ deployment }: { deployment: string }) {
  const { isWebSocketConnected, hasEverConnected, connectionRetries } = useConvexConnectionState();
  const isLost = !isWebSocketConnected && (hasEverConnected || connectionRetries > 0);
  return (
    <div role="status">
      {isLost && (
        <p className={styles.banner}>
          {hasEverConnected
            ? "Connection lost. What you see may be out of date; trying again…"
            : `${deployment} does not answer. Check that it runs; trying again…`}
        </p>
      )}
    </div>
  );
}
