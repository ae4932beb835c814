import type { State } from "../../../convex/model/lifecycle";
import styles from "./ProgressBar.module.css";

export type ProgressBarProps = {
  /** From 0 to 100; unknown when left out, which a running job shows as movement. */
  value?: number | undefined;
  state: State;
  /** What is in progress, for those who do not see the bar. */
  label: string;
};

export function ProgressBar({ value, state, label }: ProgressBarProps) {
  const known = state === "succeeded" ? 100 : (value ?? (state === "running" ? undefined : 0));
  return <progress className={styles.bar} data-state={state} max={100} value={known} aria-label={label} />;
}
