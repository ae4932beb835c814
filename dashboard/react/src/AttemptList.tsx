import type { Attempt } from "../../../convex/validators";
import styles from "./AttemptList.module.css";
import { Elapsed } from "./Elapsed";
import { RelativeTime } from "./RelativeTime";
import { StageTimeline } from "./StageTimeline";
import { StateBadge } from "./StateBadge";

/** The attempts at a job, the newest first, each with its stages and what it failed with. */
export function AttemptList({ attempts }: { attempts: readonly Attempt[] }) {
  return (
    <ol className={styles.attempts} reversed>
      {[...attempts].reverse().map((attempt) => (
        <li key={attempt.attempt} className={styles.attempt} value={attempt.attempt}>
          <p className={styles.head}>
            <strong>Attempt {attempt.attempt}</strong>
            <StateBadge state={attempt.outcome ?? "running"} />
            <span className={styles.times}>
              <Elapsed from={attempt.startedAt} to={attempt.endedAt} />, began{" "}
              <RelativeTime time={attempt.startedAt} />
            </span>
          </p>
          {attempt.error !== undefined && <p className={styles.error}>{attempt.error}</p>}
          <StageTimeline attempt={attempt} />
        </li>
      ))}
    </ol>
  );
}
