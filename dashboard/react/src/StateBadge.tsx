import type { State } from "../../../convex/model/lifecycle";
import { StateIcon } from "./StateIcon";
import styles from "./StateBadge.module.css";

export type StateBadgeProps = {
  state: State;
  /** The caller's own word, shown when it says more than the state. */
  status?: string;
  /** Whether somebody asked a job at work to end. */
  isCanceling?: boolean;
};

export function StateBadge({ state, status = state, isCanceling = false }: StateBadgeProps) {
  return (
    <span className={styles.badge}>
      <StateIcon state={state} />
      <span className={styles.word}>{isCanceling ? "canceling" : state}</span>
      {status !== state && <span className={styles.status}>{status}</span>}
    </span>
  );
}
