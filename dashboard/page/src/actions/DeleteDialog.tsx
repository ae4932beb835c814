import { useJobActions } from "jobsync-react";
import { ConfirmDialog } from "./ConfirmDialog";
import styles from "./CancelDialog.module.css";

type Props = { jobId: string; name: string; onClose: () => void };

export function DeleteDialog({ jobId, name, onClose }: Props) {
  const { remove } = useJobActions(jobId);
  const act = async () => {
    await remove();
    location.hash = "#/";
  };
  return (
    <ConfirmDialog title={`Delete ${name}?`} verb="Delete the job" act={act} onClose={onClose}>
      <p className={styles.effect}>Its files and events go with it. This cannot be taken back.</p>
    </ConfirmDialog>
  );
}
