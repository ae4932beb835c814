import { useJobs, useJobStats } from "jobsync-react";
import type { ListFilters } from "../route/route";
import { Filters } from "./Filters";
import { JobList } from "./JobList";
import { StateCounts } from "./StateCounts";
import styles from "./JobsPage.module.css";

export function JobsPage({ filters }: { filters: ListFilters }) {
  const { owner, type } = filters;
  const counts = useJobStats({ ...(owner !== undefined && { owner }), ...(type !== undefined && { type }) });
  const jobs = useJobs(filters);
  return (
    <>
      <h1 className={styles.title}>Jobs</h1>
      <StateCounts counts={counts} filters={filters} />
      <Filters filters={filters} />
      <JobList jobs={jobs} isFiltered={Object.keys(filters).length > 0} />
    </>
  );
}
