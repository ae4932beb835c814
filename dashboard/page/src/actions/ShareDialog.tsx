import { Dialog, useJobActions, useShares } from "jobsync-react";
import { useState } from "react";
import type { Share } from "../../../../convex/validators";
import { CopyButton } from "../ui/CopyButton";
import { useSession } from "../session/access";
import styles from "./ShareDialog.module.css";
import { ShareList } from "./ShareList";
import { isLocal, shareLink } from "./shareLink";
import { useAction } from "./useAction";

const HOUR_MS = 3_600_000;
const LIFETIMES = [
  { name: "1 hour", ms: HOUR_MS },
  { name: "1 day", ms: 24 * HOUR_MS },
  { name: "7 days", ms: 7 * 24 * HOUR_MS },
  { name: "30 days", ms: 30 * 24 * HOUR_MS },
];

/** Makes links that show one job to whoever has them, and takes them back. */
export function ShareDialog({ jobId, onClose }: { jobId: string; onClose: () => void }) {
  const { share } = useJobActions(jobId);
  const action = useAction();
  const [lifetime, setLifetime] = useState(LIFETIMES[1]!.ms);
  const [made, setMade] = useState<Share>();
  const shares = useShares(jobId);
  const isThere = shares?.some(({ shareId }) => shareId === made?.shareId) ?? false;
  return (
    <Dialog title="Share this job" onClose={onClose}>
      <p className={styles.what}>
        A link shows its name, state, progress, result and public files; no payload, no events, no private
        files.
      </p>
      <div className={styles.make}>
        <label>
          Good for{" "}
          <select value={lifetime} onChange={(event) => setLifetime(Number(event.target.value))}>
            {LIFETIMES.map(({ name, ms }) => (
              <option key={ms} value={ms}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          className="primary"
          disabled={action.isUnderWay}
          onClick={() => action.run(async () => setMade(await share(lifetime)))}
        >
          Make a link
        </button>
      </div>
      {action.problem !== undefined && <p role="alert">{action.problem}</p>}
      {made !== undefined && isThere && <MadeLink share={made} jobId={jobId} />}
      <ShareList jobId={jobId} shares={shares ?? []} />
    </Dialog>
  );
}

function MadeLink({ share, jobId }: { share: Share; jobId: string }) {
  const link = shareLink(share, jobId, useSession(), location);
  return (
    <div className={styles.made}>
      <input readOnly value={link} aria-label="Link" onFocus={(event) => event.target.select()} />
      <CopyButton text={link} label="Copy link" />
      <p className={styles.note}>
        Copy it now: it is not kept.
        {isLocal(link) &&
          " It leads to this machine; set JOBSYNC_DASHBOARD_URL in the deployment for one that others reach."}
      </p>
    </div>
  );
}
