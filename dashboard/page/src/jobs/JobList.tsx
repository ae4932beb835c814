import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { counted, JobCard, type Pages } from "jobsync-react";
import { useLayoutEffect, useRef, useState } from "react";
import type { JobSummary } from "../../../../convex/validators";
import { JobButtons } from "../actions/JobButtons";
import { jobPath } from "../route/route";
import { useSession } from "../session/access";
import { Loading } from "../ui/Loading";
import { useMore } from "../ui/useMore";
import { VirtualRows } from "../ui/VirtualRows";
import styles from "./JobList.module.css";
import { NoJobs } from "./NoJobs";

const ROW_HEIGHT = 69;

type Props = { jobs: Pages<JobSummary>; pageSize: number; isFiltered: boolean };

/** Only what is in view is in the document, so that the list may be as long as it likes. */
export function JobList({ jobs, pageSize, isFiltered }: Props) {
  const { items, status } = jobs;
  const list = useRef<HTMLOListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), [items.length]);
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: 5,
    scrollMargin: top,
    getItemKey: (index) => items[index]!.jobId,
  });
  const more = useMore(jobs, pageSize, {
    shown: items.length,
    last: rows.getVirtualItems().at(-1)?.index ?? -1,
  });
  if (status === "loading") return <Loading what="jobs" />;
  if (items.length === 0 && status === "complete") return <NoJobs isFiltered={isFiltered} />;
  return (
    <>
      <VirtualRows
        ref={list}
        rows={rows}
        items={items}
        isComplete={status === "complete"}
        rowClass={styles.row}
      >
        {(job) => <Row job={job} />}
      </VirtualRows>
      <p className={styles.end} role="status">
        {status === "complete" && counted(items.length, "job")}
        {status !== "complete" && !more.isHeld && "Looking further back…"}
      </p>
      {more.isHeld && (
        <button type="button" className={styles.more} onClick={more.goOn}>
          Few of the newest jobs fit. Look further back
        </button>
      )}
    </>
  );
}

function Row({ job }: { job: JobSummary }) {
  const actions = useSession().mayWrite && { actions: <JobButtons job={job} /> };
  return <JobCard job={job} href={jobPath(job.jobId)} {...actions} />;
}
