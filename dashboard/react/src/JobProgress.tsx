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
};

/** How far one job is: its stage and message, its numbers and a bar. Give it what `useJob` or `useProgress` answers. */
export function JobProgress({ job, label = "Progress" }: JobProgressProps) {
  return (
    <div className={styles.progress}>
      <div className={styles.words}>
        <span className={styles.said}>
          {job.stage !== undefined && <span className={styles.stage}>{job.stage}</span>}
          {job.message}
          {isSilent(job) && "nothing reported yet"}
        </span>
        <span className={styles.numbers}>{progressText(job)}</span>
      </div>
      <ProgressBar value={job.progress} state={job.state} label={label} />
    </div>
  );
}

function isSilent({ state, stage, message, progress, completed }: JobProgressProps["job"]): boolean {
  return state === "running" && [stage, message, progress, completed].every((value) => value === undefined);
}
