import { errorText, JobProgress, useJob, useJobActions } from "jobsync-react";
import { useEffect } from "react";
import { madeBy, type StyleId } from "./made";

type Props = {
  jobId: string;
  /** Why there is no job, if there is none. */
  refusal: string | undefined;
  onMade: (style: StyleId) => void;
  onStartOver: () => void;
};

/** Follows one job to its end. */
export function Making({ jobId, refusal, onMade, onStartOver }: Props) {
  const job = useJob(jobId);
  const { cancel } = useJobActions(jobId);
  const style = job ? madeBy(job) : undefined;
  useEffect(() => {
    if (style !== undefined) onMade(style);
  }, [style, onMade]);

  if (!job) return refusal === undefined ? <p>Starting…</p> : <Stopped why={refusal} again={onStartOver} />;
  if (job.state === "failed" || job.state === "canceled") {
    return <Stopped why={errorText(job.error) ?? "It was canceled."} again={onStartOver} />;
  }
  return (
    <>
      <JobProgress job={job} label="Your style" />
      <button type="button" disabled={job.cancelRequestedAt !== undefined} onClick={() => void cancel()}>
        Cancel
      </button>
    </>
  );
}

function Stopped({ why, again }: { why: string; again: () => void }) {
  return (
    <>
      <p role="alert">{why}</p>
      <button type="button" onClick={again}>
        Start over
      </button>
    </>
  );
}
