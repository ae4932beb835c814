import { useJobActions } from "jobsync-react";
import { useState } from "react";
import type { JobSummary } from "../../../../convex/validators";
import { CancelDialog } from "./CancelDialog";
import styles from "./JobButtons.module.css";
import { possible } from "./possible";
import { useAction } from "./useAction";

type Named = Pick<JobSummary, "jobId" | "name" | "state" | "cancelRequestedAt">;

/** Retry and cancel, where the job allows them; for a token that may write. */
export function JobButtons({ job }: { job: Named }) {
  const { retry } = useJobActions(job.jobId);
  const action = useAction();
  const [isAsking, setAsking] = useState(false);
  const can = possible({
    state: job.state,
    ...(job.cancelRequestedAt && { cancelRequestedAt: job.cancelRequestedAt }),
  });
  const name = job.name ?? job.jobId;
  return (
    <span className={styles.buttons}>
      {can.retry && (
        <button
          type="button"
          disabled={action.isUnderWay}
          aria-label={`Retry ${name}`}
          onClick={() => action.run(retry)}
        >
          Retry
        </button>
      )}
      {can.cancel && (
        <button type="button" aria-label={`Cancel ${name}`} onClick={() => setAsking(true)}>
          Cancel
        </button>
      )}
      {action.problem !== undefined && (
        <span className={styles.problem} role="alert">
          {action.problem}
        </span>
      )}
      {isAsking && (
        <CancelDialog
          jobId={job.jobId}
          name={name}
          isRunning={job.state === "running"}
          onClose={() => setAsking(false)}
        />
      )}
    </span>
  );
}
