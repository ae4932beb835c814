import type { State } from "../../../convex/model/lifecycle";
import { progressText } from "./format/progressText";
import { ProgressBar } from "./ProgressBar";
import styles from "./JobProgress.module.css";

export type JobProgressProps = {
  job: {
    state: State;
    stage?: string | undefined;
    message?: string | undefined;
    progress?: number | undefined;
    completed?: number | undefined;
    total?: number | undefined;
  };
  label?: string;
  /** Whether a long message takes the lines that it needs, instead of being cut off. */
  isWhole?: boolean;
};

/** How far one job is: its stage and message, its numbers and a bar. Give it what `useJob` or `useProgress` answers. */
export function JobProgress({ job, label = "Progress", isWhole = false }: JobProgressProps) {
  const numbers = progressText(job);
  const isSilent = [job.stage, job.message, numbers || undefined].every((word) => word === undefined);
  return (
    <div className={styles.progress}>
      {(!isSilent || job.state === "running") && (
        <div className={styles.words} data-whole={isWhole}>
          <span className={styles.said}>
            {job.stage !== undefined && <span className={styles.stage}>{job.stage}</span>}
            {isSilent ? "nothing reported yet" : job.message}
          </span>
          <span className={styles.numbers}>{numbers}</span>
        </div>
      )}
      <ProgressBar value={job.progress} state={job.state} label={label} />
    </div>
  );
}
