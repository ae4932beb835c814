import type { ReactNode } from "react";
import type { State } from "../../../convex/model/lifecycle";
import styles from "./StateIcon.module.css";

/** A shape of its own for each state, so that colour is not the only sign. */
const SHAPES: Record<State, ReactNode> = {
  queued: <path d="M8 4.5V8l2.2 1.6" />,
  running: <path d="M6.5 5.2v5.6L11 8z" fill="currentColor" />,
  lost: <path d="M6.2 6.3a1.9 1.9 0 1 1 2.6 1.9c-.6.3-.8.6-.8 1.2M8 11.4v.1" />,
  succeeded: <path d="m5 8.3 2.1 2.1L11 6.2" />,
  failed: <path d="m5.7 5.7 4.6 4.6m0-4.6-4.6 4.6" />,
  canceled: <path d="M5 8h6" />,
};

export function StateIcon({ state }: { state: State }) {
  return (
    <svg className={styles.icon} data-state={state} viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="6.5" />
      {SHAPES[state]}
    </svg>
  );
}
