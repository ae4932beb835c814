import { JobCard, ProgressBar, StateIcon, useJobs, useRollup } from "jobsync-react";
import { STATES } from "../../../../convex/model/lifecycle";
import { jobPath } from "../route/route";
import { Section } from "../ui/Section";
import styles from "./ChildrenSection.module.css";

const PAGE = 20;

/** The jobs that are parts of this one; nothing where there are none. */
export function ChildrenSection({ jobId }: { jobId: string }) {
  const rollup = useRollup(jobId);
  const children = useJobs({ parent: jobId }, { pageSize: PAGE });
  if (rollup === undefined || rollup.progress === null) return null;
  const states = STATES.filter((state) => rollup.counts[state] > 0);
  return (
    <Section
      title="Parts"
      aside={
        <span className={styles.counts}>
          {states.map((state) => (
            <span key={state} className={styles.count}>
              <StateIcon state={state} /> {rollup.counts[state].toLocaleString()} {state}
            </span>
          ))}
        </span>
      }
    >
      <p className={styles.progress}>
        <ProgressBar value={rollup.progress} state="running" label="Progress of all parts" />
        {Math.floor(rollup.progress)} %{rollup.partial && " of the newest 1,000"}
      </p>
      <ul className={styles.list}>
        {children.items.map((child) => (
          <li key={child.jobId} className={styles.row}>
            <JobCard job={child} href={jobPath(child.jobId)} />
          </li>
        ))}
      </ul>
      {children.status === "more" && (
        <button type="button" onClick={() => children.loadMore(PAGE)}>
          Show more
        </button>
      )}
    </Section>
  );
}
