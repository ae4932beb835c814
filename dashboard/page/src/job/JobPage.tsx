import { AttemptList, errorText, type Job, JobProgress, useAttempts, useJob } from "jobsync-react";
import { EventsSection } from "../events/EventsSection";
import { UnknownJob } from "../states/notices";
import { useSession } from "../session/access";
import { Failure } from "../states/Failure";
import { Loading } from "../ui/Loading";
import { ResultSection } from "../ui/ResultSection";
import { Section } from "../ui/Section";
import { usePageTitle } from "../ui/usePageTitle";
import { ChildrenSection } from "./ChildrenSection";
import { ErrorBox } from "./ErrorBox";
import { Facts } from "./Facts";
import { FilesSection } from "./FilesSection";
import { JobHeader } from "./JobHeader";
import styles from "./JobPage.module.css";
import { RecordSection } from "./RecordSection";

export function JobPage({ jobId }: { jobId: string }) {
  const job = useJob(jobId);
  const { job: only } = useSession();
  usePageTitle(job?.name ?? jobId);
  if (job === undefined) return <Loading what="the job" />;
  if (job === null) return <UnknownJob jobId={jobId} />;
  return (
    <>
      <JobHeader job={job} />
      <div className={styles.columns}>
        <div className={styles.main}>
          <ProgressSection job={job} />
          <ResultSection result={job.result} />
          <Failure>
            <FilesSection jobId={jobId} />
          </Failure>
          {/* A token for one job may not list its parts. */}
          {only === undefined && (
            <Failure>
              <ChildrenSection jobId={jobId} />
            </Failure>
          )}
        </div>
        <Section title="About">
          <Facts job={job} />
        </Section>
      </div>
      <div className={styles.main}>
        <Failure>
          <EventsSection jobId={jobId} />
        </Failure>
        <RecordSection job={job} />
      </div>
    </>
  );
}

function ProgressSection({ job }: { job: Job }) {
  return (
    <Section title="Progress">
      <div className={styles.progress}>
        <JobProgress job={job} isWhole />
        <ErrorBox job={job} />
        <Failure>
          <Attempts jobId={job.jobId} error={errorText(job.error)} />
        </Failure>
      </div>
    </Section>
  );
}

/** The error that is shown above is not said again. */
function Attempts({ jobId, error }: { jobId: string; error: string | undefined }) {
  const attempts = useAttempts(jobId) ?? [];
  if (attempts.length === 0) return null;
  const latest = attempts.findLastIndex((attempt) => attempt.error !== undefined);
  const shown = attempts.map(({ error: own, ...attempt }, index) => {
    return own === undefined || (index === latest && own === error) ? attempt : { ...attempt, error: own };
  });
  return <AttemptList attempts={shown} />;
}
