/** The time of day to the millisecond, since events come many in a second. */
export function clockTime(date: Date): string {
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
  const [hours, minutes, seconds] = parts.map((part) => String(part).padStart(2, "0"));
  return `${hours}:${minutes}:${seconds}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}
