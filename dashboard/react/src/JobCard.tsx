import type { ReactNode } from "react";
import type { JobSummary } from "../../../convex/validators";
import { isTerminal } from "../../../convex/model/lifecycle";
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
    <article className={styles.card} data-state={job.state}>
      <div className={styles.state}>
        <StateBadge
          state={job.state}
          status={job.status}
          isCanceling={job.cancelRequestedAt !== undefined && !isTerminal(job.state)}
        />
      </div>
      <div className={styles.title}>
        <h3 className={styles.name}>{href === undefined ? nameOf(job) : <a href={href}>{nameOf(job)}</a>}</h3>
        <Origin job={job} />
      </div>
      <div className={styles.middle}>
        <Middle job={job} />
      </div>
      <Times job={job} />
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
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
        <span key={index} className={index < 2 ? styles.word : undefined}>
          {word}
        </span>
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

function Waiting({ job }: { job: JobSummary }) {
  return job.nextAttemptAt === undefined ? null : (
    <p className={styles.outcome}>
      next attempt <RelativeTime time={job.nextAttemptAt} />
      {job.errorMessage !== undefined && `, after: ${job.errorMessage}`}
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
          <Elapsed from={job.startedAt} to={job.finishedAt} />
        )}
        {job.maxAttempts > 1 && ` · ${job.attempt}/${job.maxAttempts}`}
      </span>
    </p>
  );
}
