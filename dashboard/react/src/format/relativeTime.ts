import { duration } from "./duration";

const JUST_NOW_MS = 5_000;
const A_WEEK_MS = 7 * 86_400_000;

/** How long ago, or in how long; a date once that says more. A clock that is a little behind is no time travel. */
export function relativeTime(time: number, now: number): string {
  const age = now - time;
  if (Math.abs(age) < JUST_NOW_MS) return "just now";
  if (Math.abs(age) >= A_WEEK_MS) return calendarDate(time);
  const length = largestUnit(Math.abs(age));
  return age > 0 ? `${length} ago` : `in ${length}`;
}

/** The largest unit of a duration, without its fraction: the numbers may not flicker. */
function largestUnit(ms: number): string {
  const [count, unit] = duration(Math.floor(ms / 1_000) * 1_000).split(" ");
  return `${Math.floor(Number(count))} ${unit}`;
}

function calendarDate(time: number): string {
  return new Date(time).toLocaleDateString(undefined, { dateStyle: "medium" });
}

/** The moment itself, to the second and with its zone. */
export function exactTime(time: number): string {
  return new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "long" });
}
