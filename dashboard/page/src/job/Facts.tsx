import { type Job, RelativeTime, useNow } from "jobsync-react";
import type { ReactNode } from "react";
import { jobPath, jobsPath } from "../route/route";
import styles from "./Facts.module.css";
import { RunLink } from "./RunLink";

/** What is known of a job besides how far it is; what leads to jobs like it is a link. */
export function Facts({ job }: { job: Job }) {
  const { type, owner, source, parent, run } = job;
  return (
    <dl className={styles.facts}>
      <Fact name="Id">
        <code>{job.jobId}</code>
      </Fact>
      {type !== undefined && (
        <Fact name="Type">
          <a href={jobsPath({ type })}>{type}</a>
        </Fact>
      )}
      {owner !== undefined && (
        <Fact name="Owner">
          <a href={jobsPath({ owner })}>{owner}</a>
        </Fact>
      )}
      {source !== undefined && (
        <Fact name="Source">
          <a href={jobsPath({ source })}>{source}</a>
        </Fact>
      )}
      {job.tags.length > 0 && (
        <Fact name="Tags">
          {job.tags.map((tag) => (
            <a key={tag} className={styles.tag} href={jobsPath({ tag })}>
              {tag}
            </a>
          ))}
        </Fact>
      )}
      {parent !== undefined && (
        <Fact name="Part of">
          <a href={jobPath(parent)}>{parent}</a>
        </Fact>
      )}
      {run !== undefined && (
        <Fact name="Run">
          <RunLink run={run} />
        </Fact>
      )}
      <Times job={job} />
    </dl>
  );
}

function Times({ job }: { job: Job }) {
  const { startedAt, finishedAt, heartbeatAt, nextAttemptAt, retryAfter } = job;
  const isAtWork = job.state === "running" || job.state === "lost";
  return (
    <>
      <Fact name="Attempt">
        {job.attempt} of {job.maxAttempts}
      </Fact>
      {nextAttemptAt !== undefined && <NextAttempt time={nextAttemptAt} />}
      {retryAfter !== undefined && (
        <Fact name="Retry after">{typeof retryAfter === "number" ? `${retryAfter} s` : retryAfter}</Fact>
      )}
      <TimeFact name="Created" time={job.createdAt} />
      {startedAt !== undefined && <TimeFact name="Started" time={startedAt} />}
      {finishedAt !== undefined && <TimeFact name="Finished" time={finishedAt} />}
      {isAtWork && heartbeatAt !== undefined && <TimeFact name="Last sign of life" time={heartbeatAt} />}
      {job.leaseExpiresAt !== undefined && <TimeFact name="Lease ends" time={job.leaseExpiresAt} />}
      {job.visibility === "public" && <Fact name="Visible">to everybody who knows its id</Fact>}
    </>
  );
}

/** The time is advice to whoever starts jobs, so it may pass without a start. */
function NextAttempt({ time }: { time: number }) {
  return <TimeFact name={time > useNow() ? "Next attempt" : "Ready since"} time={time} />;
}

function TimeFact({ name, time }: { name: string; time: number }) {
  return (
    <Fact name={name}>
      <RelativeTime time={time} />
    </Fact>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
