import { StateIcon } from "jobsync-react";
import { STATES, type State } from "../../../../convex/model/lifecycle";
import type { Counts } from "../../../../convex/validators";
import { jobsPath, type ListFilters } from "../route/route";
import styles from "./StateCounts.module.css";

/** How many jobs are in each state; each count is the way to these jobs. */
export function StateCounts({ counts, filters }: { counts: Counts | undefined; filters: ListFilters }) {
  const { state: chosen, ...others } = filters;
  const all = counts && Object.values(counts).reduce((sum, count) => sum + count, 0);
  return (
    <nav className={styles.counts} aria-label="By state">
      <Count name="all" href={jobsPath(others)} count={all} isChosen={chosen === undefined} />
      {STATES.map((state) => (
        <Count
          key={state}
          name={state}
          state={state}
          href={jobsPath({ ...others, state })}
          count={counts?.[state]}
          isChosen={chosen === state}
        />
      ))}
    </nav>
  );
}

type CountProps = { name: string; state?: State; href: string; count: number | undefined; isChosen: boolean };

function Count({ name, state, href, count, isChosen }: CountProps) {
  return (
    <a className={styles.count} href={href} aria-current={isChosen ? "page" : undefined}>
      {state !== undefined && <StateIcon state={state} />}
      {name} <span className={styles.number}>{count?.toLocaleString() ?? "–"}</span>
    </a>
  );
}
