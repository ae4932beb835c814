import { AssetGallery, JobProgress, JsonView, RelativeTime, StateBadge, useSharedJob } from "jobsync-react";
import { NotShared } from "../states/notices";
import { Loading } from "../ui/Loading";
import { ResultSection } from "../ui/ResultSection";
import { Section } from "../ui/Section";
import { usePageTitle } from "../ui/usePageTitle";
import styles from "./SharedPage.module.css";

/** What a share link shows: the public view of one job, and no way to anything else. */
export function SharedPage({ jobId }: { jobId: string }) {
  const job = useSharedJob(jobId);
  usePageTitle(job?.name ?? "Shared job");
  if (job === undefined) return <Loading what="the job" />;
  if (job === null) return <NotShared />;
  return (
    <div className={styles.page}>
      <header>
        <h1 className={styles.title}>{job.name ?? job.jobId}</h1>
        <p className={styles.facts}>
          <StateBadge state={job.state} status={job.status} />
          <span>
            updated <RelativeTime time={job.updatedAt} />
          </span>
        </p>
      </header>
      <Section title="Progress">
        <JobProgress job={job} isWhole />
        {job.error !== undefined && <p className={styles.error}>{job.error}</p>}
      </Section>
      {job.assets.length > 0 && (
        <Section title={`Files (${job.assets.length})`}>
          <AssetGallery assets={job.assets} />
        </Section>
      )}
      <ResultSection result={job.result} />
      {job.component !== undefined && (
        <Section title="Component">
          <JsonView value={job.component} />
        </Section>
      )}
    </div>
  );
}
