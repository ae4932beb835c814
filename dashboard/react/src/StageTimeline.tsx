import type { Attempt } from "../../../convex/validators";
import { useNow } from "./clock";
import { duration } from "./format/duration";
import { stageShares } from "./stageShares";
import styles from "./StageTimeline.module.css";

/** How long an attempt was in which stage; the one that it is in goes on counting. */
export function StageTimeline({ attempt }: { attempt: Attempt }) {
  const now = useNow();
  const rows = stageShares(attempt, now);
  if (rows.length === 0) return null;
  return (
    <ol className={styles.stages} aria-label={`Stages of attempt ${attempt.attempt}`}>
      {rows.map(({ stage, ms, visits, isCurrent, share }) => (
        <li key={stage} className={styles.stage} aria-current={isCurrent ? "step" : undefined}>
          <span className={styles.name} title={stage}>
            {stage}
          </span>
          <span className={styles.track} aria-hidden="true">
            <span className={styles.bar} style={{ inlineSize: `${share * 100}%` }} />
          </span>
          <span className={styles.time}>
            {visits > 1 && `${visits.toLocaleString()} × · `}
            {duration(isCurrent ? Math.floor(ms / 1_000) * 1_000 : ms)}
          </span>
        </li>
      ))}
      {attempt.hasMoreStages === true && <li className={styles.time}>Further stages were not kept.</li>}
    </ol>
  );
}
