import { useNow } from "./clock";
import { exactTime, relativeTime } from "./format/relativeTime";

/** How long ago, the exact time on hover and for those who copy it. */
export function RelativeTime({ time }: { time: number }) {
  const now = useNow();
  return (
    <time dateTime={new Date(time).toISOString()} title={exactTime(time)}>
      {relativeTime(time, now)}
    </time>
  );
}
