import { type JobFilters, useJobs, useJobStats } from "jobsync-react";
import { jobsPath, type ListFilters } from "../route/route";
import { useSession } from "../session/access";
import { Failure } from "../states/Failure";
import { usePageTitle } from "../ui/usePageTitle";
import { Filters } from "./Filters";
import { JobList } from "./JobList";
import styles from "./JobsPage.module.css";
import { StateCounts } from "./StateCounts";

export function JobsPage({ filters }: { filters: ListFilters }) {
  const { owner, tag } = useSession();
  usePageTitle("Jobs");
  // What the token is limited to has to be asked for.
  const asked = { ...filters, ...(owner !== undefined && { owner }), ...(tag !== undefined && { tag }) };
  return (
    <>
      <h1 className={styles.title}>Jobs</h1>
      <Failure isSilent>
        <Counts filters={asked} />
      </Failure>
      <Filters filters={asked} fixed={{ owner: owner !== undefined, tag: tag !== undefined }} />
      <Failure key={jobsPath(asked)}>
        <List filters={asked} />
      </Failure>
    </>
  );
}

/** There are counts of an owner, a type or both; with another filter they would count other jobs than are listed. */
function Counts({ filters }: { filters: ListFilters }) {
  const { owner, type, tag, source, text } = filters;
  const counts = useJobStats({ ...(owner !== undefined && { owner }), ...(type !== undefined && { type }) });
  const isCounted = [tag, source, text].every((value) => value === undefined);
  return <StateCounts counts={isCounted ? counts : undefined} filters={filters} />;
}

/** Where few of the newest jobs may fit, more of them are looked at at once. */
const PAGE = 50;
const SPARSE_PAGE = 200;

function List({ filters }: { filters: JobFilters }) {
  const count = Object.keys(filters).length;
  const isSparse = filters.text !== undefined || count > 1;
  const pageSize = isSparse ? SPARSE_PAGE : PAGE;
  return <JobList jobs={useJobs(filters, { pageSize })} pageSize={pageSize} isFiltered={count > 0} />;
}
