import { errorText, type Job } from "jobsync-react";
import styles from "./ErrorBox.module.css";

/** What the job failed with; the traceback is for those who run it, and closed at first. */
export function ErrorBox({ job }: { job: Pick<Job, "error" | "errorTraceback" | "state"> }) {
  const text = errorText(job.error);
  if (text === undefined) return null;
  return (
    <div className={styles.box} data-state={job.state}>
      <p className={styles.text}>
        <strong>{job.state === "failed" ? "Error" : "Error of an earlier attempt"}</strong> {text}
      </p>
      {job.errorTraceback !== undefined && (
        <details>
          <summary>Traceback</summary>
          <pre className={styles.traceback} tabIndex={0}>
            {job.errorTraceback}
          </pre>
        </details>
      )}
    </div>
  );
}
