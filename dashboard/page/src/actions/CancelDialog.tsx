import { useJobActions } from "jobsync-react";
import { useState } from "react";
import { ConfirmDialog } from "./ConfirmDialog";
import styles from "./CancelDialog.module.css";

type Props = { jobId: string; name: string; isRunning: boolean; onClose: () => void };

const LONGEST_REASON = 1000;

export function CancelDialog({ jobId, name, isRunning, onClose }: Props) {
  const { cancel } = useJobActions(jobId);
  const [reason, setReason] = useState("");
  return (
    <ConfirmDialog
      title={`Cancel ${name}?`}
      verb="Cancel the job"
      act={() => cancel(reason.trim() || undefined)}
      onClose={onClose}
    >
      <p className={styles.effect}>
        {isRunning
          ? "The pipeline is asked to end. It stops at its next report and cleans up."
          : "The job is not run (again)."}
      </p>
      <label className={styles.reason}>
        Reason (optional)
        <input
          value={reason}
          maxLength={LONGEST_REASON}
          onChange={(event) => setReason(event.target.value)}
          autoComplete="off"
        />
      </label>
    </ConfirmDialog>
  );
}
