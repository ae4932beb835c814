import { errorText, JobProgress, RelativeTime, StateBadge, useJob } from "jobsync-react";
import { UnknownJob } from "../states/notices";
import styles from "./JobPage.module.css";

export function JobPage({ jobId }: { jobId: string }) {
  const job = useJob(jobId);
  if (job === undefined) return <p role="status">Loading…</p>;
  if (job === null) return <UnknownJob jobId={jobId} />;
  const error = errorText(job.error);
  return (
    <>
      <p className={styles.back}>
        <a href="#/">All jobs</a>
      </p>
      <h1 className={styles.title}>{job.name ?? job.jobId}</h1>
      <p className={styles.facts}>
        <StateBadge state={job.state} status={job.status} /> created <RelativeTime time={job.createdAt} />
      </p>
      <JobProgress job={job} />
      {error !== undefined && <p className={styles.error}>{error}</p>}
    </>
  );
}
