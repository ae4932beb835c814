import type { ReactNode } from "react";
import type { JobSummary } from "../../../convex/validators";
import { isTerminal } from "../../../convex/model/lifecycle";
import { useNow } from "./clock";
import { Elapsed } from "./Elapsed";
import { JobProgress } from "./JobProgress";
import { useProgress } from "./jobs";
import { RelativeTime } from "./RelativeTime";
import { StateBadge } from "./StateBadge";
import styles from "./JobCard.module.css";

export type JobCardProps = {
  job: JobSummary;
  /** Where its name leads. */
  href?: string;
  /** Buttons, say. */
  actions?: ReactNode;
};

/**
 * One job of a list: a row where there is room, a card where there is not. While the job is active the card follows its
 * progress by itself.
 */
export function JobCard({ job, href, actions }: JobCardProps) {
  return (
    <article className={styles.box}>
      <div className={styles.card} data-state={job.state}>
        <div className={styles.state}>
          <StateBadge
            state={job.state}
            status={job.status}
            isCanceling={job.cancelRequestedAt !== undefined && !isTerminal(job.state)}
          />
        </div>
        <div className={styles.title}>
          <p className={styles.name}>{href === undefined ? nameOf(job) : <a href={href}>{nameOf(job)}</a>}</p>
          <Origin job={job} />
        </div>
        <div className={styles.middle}>
          <Middle job={job} />
        </div>
        <Times job={job} />
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </div>
    </article>
  );
}

function nameOf(job: JobSummary): string {
  return job.name ?? job.jobId;
}

function Origin({ job }: { job: JobSummary }) {
  const words = [job.type, job.owner, job.source].filter((word) => word !== undefined);
  return (
    <p className={styles.origin}>
      {words.map((word, index) => (
        <span key={index}>{word}</span>
      ))}
      {job.tags.map((tag) => (
        <span key={tag} className={styles.tag}>
          {tag}
        </span>
      ))}
    </p>
  );
}

function Middle({ job }: { job: JobSummary }) {
  if (isTerminal(job.state)) return <Outcome job={job} />;
  return job.state === "queued" ? <Waiting job={job} /> : <Follow job={job} />;
}

/** A job that was tried before waits for the time of its next attempt, and then for somebody who starts it. */
function Waiting({ job: { attempt, nextAttemptAt, errorMessage } }: { job: JobSummary }) {
  const isLater = nextAttemptAt !== undefined && nextAttemptAt > useNow();
  if (attempt === 1 && !isLater) return null;
  return (
    <p className={styles.outcome} title={errorMessage}>
      {isLater ? (
        <>
          next attempt <RelativeTime time={nextAttemptAt} />
        </>
      ) : (
        "waiting for its next attempt"
      )}
      {errorMessage !== undefined && `, after: ${errorMessage}`}
    </p>
  );
}

function Follow({ job }: { job: JobSummary }) {
  return (
    <JobProgress job={{ ...useProgress(job.jobId), state: job.state }} label={`Progress of ${nameOf(job)}`} />
  );
}

function Outcome({ job }: { job: JobSummary }) {
  const text = job.state === "canceled" ? job.cancelReason : job.errorMessage;
  return text === undefined ? null : (
    <p className={styles.outcome} title={text}>
      {text}
    </p>
  );
}

function Times({ job }: { job: JobSummary }) {
  return (
    <p className={styles.times}>
      <RelativeTime time={job.createdAt} />
      <span className={styles.elapsed}>
        {job.startedAt !== undefined && job.state !== "queued" && (
          <span>
            <Elapsed from={job.startedAt} to={job.finishedAt} />
          </span>
        )}
        {job.maxAttempts > 1 && <span title="Attempt">{`${job.attempt}/${job.maxAttempts}`}</span>}
      </span>
    </p>
  );
}
