import { RelativeTime, useJobActions, useNow } from "jobsync-react";
import type { ListedShare } from "../../../../convex/validators";
import styles from "./ShareDialog.module.css";
import { useAction } from "./useAction";

/** The links that there are; what they consist of is not kept, so they can only be revoked. */
export function ShareList({ jobId, shares }: { jobId: string; shares: readonly ListedShare[] }) {
  const now = useNow();
  const current = shares.filter(({ expiresAt }) => expiresAt > now);
  if (current.length === 0) return <p className={styles.note}>No links so far.</p>;
  return (
    <ul className={styles.list} aria-label="Links of this job">
      {current.map((share) => (
        <ShareRow key={share.shareId} jobId={jobId} share={share} />
      ))}
    </ul>
  );
}

function ShareRow({ jobId, share: { shareId, expiresAt } }: { jobId: string; share: ListedShare }) {
  const { unshare } = useJobActions(jobId);
  const action = useAction();
  return (
    <li className={styles.row}>
      <code>{shareId.slice(0, 8)}</code>
      <span className={styles.expiry}>
        expires <RelativeTime time={expiresAt} />
      </span>
      <button type="button" disabled={action.isUnderWay} onClick={() => action.run(() => unshare(shareId))}>
        Revoke
      </button>
      {action.problem !== undefined && <span role="alert">{action.problem}</span>}
    </li>
  );
}
