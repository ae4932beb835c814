import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { JobCard, type Pages } from "jobsync-react";
import { useEffect, useRef } from "react";
import type { JobSummary } from "../../../../convex/validators";
import { jobPath } from "../route/route";
import styles from "./JobList.module.css";
import { NoJobs } from "./NoJobs";

const PAGE = 50;
const ROW_HEIGHT = 76;
/** How many rows before its end the list asks for more. */
const AHEAD = 15;

/** Only what is in view is in the document, so that the list may be as long as it likes. */
export function JobList({ jobs, isFiltered }: { jobs: Pages<JobSummary>; isFiltered: boolean }) {
  const { items, status, loadMore } = jobs;
  const list = useRef<HTMLOListElement>(null);
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: 5,
    scrollMargin: list.current?.offsetTop ?? 0,
    getItemKey: (index) => items[index]!.jobId,
  });
  const last = rows.getVirtualItems().at(-1)?.index ?? -1;
  useEffect(() => {
    if (status === "more" && last >= items.length - AHEAD) loadMore(PAGE);
  }, [status, last, items.length, loadMore]);

  if (items.length === 0 && status === "complete") return <NoJobs isFiltered={isFiltered} />;
  return (
    <>
      <ol
        ref={list}
        className={styles.list}
        style={{ height: rows.getTotalSize() }}
        aria-busy={status === "loading"}
      >
        {rows.getVirtualItems().map((row) => (
          <li
            key={row.key}
            ref={rows.measureElement}
            data-index={row.index}
            className={styles.row}
            style={{ transform: `translateY(${row.start - rows.options.scrollMargin}px)` }}
            aria-posinset={row.index + 1}
            aria-setsize={status === "complete" ? items.length : -1}
          >
            <JobCard job={items[row.index]!} href={jobPath(items[row.index]!.jobId)} />
          </li>
        ))}
      </ol>
      <p className={styles.end} role="status">
        {status === "complete" ? `${items.length.toLocaleString()} jobs` : "Loading…"}
      </p>
    </>
  );
}
