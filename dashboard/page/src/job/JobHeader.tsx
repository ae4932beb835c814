import { Elapsed, type Job, RelativeTime, StateBadge } from "jobsync-react";
import { useState } from "react";
import { isTerminal } from "../../../../convex/model/lifecycle";
import { DeleteDialog } from "../actions/DeleteDialog";
import { JobButtons } from "../actions/JobButtons";
import { possible } from "../actions/possible";
import { ShareDialog } from "../actions/ShareDialog";
import { useSession } from "../session/access";
import styles from "./JobHeader.module.css";

export function JobHeader({ job }: { job: Job }) {
  const isCanceling = job.cancelRequestedAt !== undefined && !isTerminal(job.state);
  return (
    <header className={styles.header}>
      <a className={styles.back} href="#/">
        ← Jobs
      </a>
      <h1 className={styles.title}>{job.name ?? job.jobId}</h1>
      <p className={styles.facts}>
        <span className={styles.state} role="status">
          <StateBadge state={job.state} status={job.status} isCanceling={isCanceling} />
        </span>
        {job.startedAt !== undefined && job.state !== "queued" && (
          <span>
            for <Elapsed from={job.startedAt} to={job.finishedAt} />
          </span>
        )}
        <span>
          created <RelativeTime time={job.createdAt} />
        </span>
        {job.cancelReason !== undefined && <span className={styles.reason}>“{job.cancelReason}”</span>}
      </p>
      {useSession().mayWrite && <Buttons job={job} />}
    </header>
  );
}

function Buttons({ job }: { job: Job }) {
  const [opened, setOpened] = useState<"share" | "delete">();
  const close = () => setOpened(undefined);
  return (
    <div className={styles.buttons}>
      <JobButtons job={job} />
      <button type="button" onClick={() => setOpened("share")}>
        Share…
      </button>
      {possible(job).remove && (
        <button type="button" onClick={() => setOpened("delete")}>
          Delete…
        </button>
      )}
      {opened === "share" && <ShareDialog jobId={job.jobId} onClose={close} />}
      {opened === "delete" && <DeleteDialog jobId={job.jobId} name={job.name ?? job.jobId} onClose={close} />}
    </div>
  );
}
