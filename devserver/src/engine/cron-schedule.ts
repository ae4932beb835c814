/** When a cron runs next. All times are UTC. */

export type CronSchedule =
  | { type: "interval"; seconds?: number; minutes?: number; hours?: number }
  | { type: "hourly"; minuteUTC?: number }
  | { type: "daily"; hourUTC: number; minuteUTC?: number }
  | { type: "weekly"; dayOfWeek: string; hourUTC: number; minuteUTC?: number }
  | { type: "monthly"; day: number; hourUTC: number; minuteUTC?: number }
  | { type: "cron"; cron: string };

const DAY_MS = 24 * 3600 * 1000;
/** 29 February on a given weekday comes at least once in so many days. */
const MAX_DAYS = 41 * 366;
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** The first run strictly after `after`, in milliseconds since epoch. */
export function nextRun(schedule: CronSchedule, after: number): number {
  if (schedule.type === "interval") return after + intervalMs(schedule);
  return nextMatch(parseCron(cronText(schedule)), after);
}

/** An interval starts with the push that brings it; the others wait for their hour. */
export function firstRun(schedule: CronSchedule, now: number): number {
  return schedule.type === "interval" ? now : nextRun(schedule, now);
}

function intervalMs({
  seconds = 0,
  minutes = 0,
  hours = 0,
}: Extract<CronSchedule, { type: "interval" }>): number {
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

function cronText(schedule: Exclude<CronSchedule, { type: "interval" }>): string {
  if (schedule.type === "cron") return schedule.cron;
  const minute = schedule.minuteUTC ?? 0;
  switch (schedule.type) {
    case "hourly":
      return `${minute} * * * *`;
    case "daily":
      return `${minute} ${schedule.hourUTC} * * *`;
    case "weekly":
      return `${minute} ${schedule.hourUTC} * * ${schedule.dayOfWeek.slice(0, 3)}`;
    case "monthly":
      return `${minute} ${schedule.hourUTC} ${schedule.day} * *`;
  }
}

interface CronFields {
  minutes: Set<number>;
  hours: Set<number>;
  matchesDay: (day: Date) => boolean;
}

export function parseCron(text: string): CronFields {
  const parts = text.trim().toLowerCase().split(/\s+/);
  if (parts.length !== 5) {
    throw new Error(
      `"${text}" is not a cron schedule: give five fields, minute, hour, day of month, month, day of week.`,
    );
  }
  const [minute, hour, day, month, weekday] = parts as [string, string, string, string, string];
  const days = field(text, day, 1, 31);
  const months = field(text, month, 1, 12, MONTHS, 1);
  const weekdays = field(text, weekday, 0, 7, WEEKDAYS, 0);
  if (weekdays.has(7)) weekdays.add(0);
  // As cron has always done it: two restrictions on days mean either of them.
  const either = !day.startsWith("*") && !weekday.startsWith("*");
  return {
    minutes: field(text, minute, 0, 59),
    hours: field(text, hour, 0, 23),
    matchesDay: (date) => {
      if (!months.has(date.getUTCMonth() + 1)) return false;
      const byDate = days.has(date.getUTCDate());
      const byWeekday = weekdays.has(date.getUTCDay());
      return either ? byDate || byWeekday : byDate && byWeekday;
    },
  };
}

function field(
  text: string,
  part: string,
  min: number,
  max: number,
  names: string[] = [],
  base = 0,
): Set<number> {
  const values = new Set<number>();
  const number = (word: string) => {
    const named = names.indexOf(word);
    const value = named >= 0 ? named + base : Number(word);
    if (word !== "" && Number.isInteger(value) && value >= min && value <= max) return value;
    throw new Error(
      `"${part}" in the cron schedule "${text}" is not valid: use numbers from ${min} to ${max}.`,
    );
  };
  for (const item of part.split(",")) {
    const [range = "", step = "1"] = item.split("/");
    const [from = "", to] = range === "*" ? [String(min), String(max)] : range.split("-");
    const last = to !== undefined ? number(to) : item.includes("/") ? max : number(from);
    const stride = Number(step);
    if (!Number.isInteger(stride) || stride < 1)
      throw new Error(`The step "${step}" in "${text}" must be 1 or more.`);
    for (let value = number(from); value <= last; value += stride) values.add(value);
  }
  return values;
}

function nextMatch({ minutes, hours, matchesDay }: CronFields, after: number): number {
  const today = Math.floor(after / DAY_MS) * DAY_MS;
  for (let day = 0; day < MAX_DAYS; day++) {
    const midnight = today + day * DAY_MS;
    if (!matchesDay(new Date(midnight))) continue;
    for (const hour of ascending(hours)) {
      for (const minute of ascending(minutes)) {
        const time = midnight + (hour * 60 + minute) * 60_000;
        if (time > after) return time;
      }
    }
  }
  throw new Error("The cron schedule never comes due.");
}

function ascending(values: Set<number>): number[] {
  return [...values].sort((a, b) => a - b);
}
