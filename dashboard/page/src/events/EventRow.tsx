import { type JobEvent, JsonView } from "jobsync-react";
import { clockTime } from "./clockTime";
import styles from "./EventRow.module.css";

type Props = { event: JobEvent; isOpen: boolean; onToggle: (isOpen: boolean) => void };

export function EventRow({ event, isOpen, onToggle }: Props) {
  const { payload } = event;
  if (payload === undefined) {
    return (
      <div className={styles.head}>
        <Head event={event} />
      </div>
    );
  }
  return (
    <details open={isOpen} onToggle={(change) => onToggle(change.currentTarget.open)}>
      <summary className={styles.head}>
        <Head event={event} />
        {!isOpen && <span className={styles.preview}>{preview(payload)}</span>}
      </summary>
      {isOpen && (
        <div className={styles.payload}>
          <JsonView value={payload} depth={2} />
        </div>
      )}
    </details>
  );
}

function Head({ event: { time, level, event } }: { event: JobEvent }) {
  const date = new Date(time);
  return (
    <>
      <time className={styles.time} dateTime={date.toISOString()} title={date.toLocaleString()}>
        {clockTime(date)}
      </time>
      <span className={styles.level} data-level={level}>
        {level}
      </span>
      <span className={styles.kind}>{event}</span>
    </>
  );
}

const PREVIEW_LENGTH = 300;

function preview(payload: unknown): string {
  return JSON.stringify(payload).slice(0, PREVIEW_LENGTH);
}
