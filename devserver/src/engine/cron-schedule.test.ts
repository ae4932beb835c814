import { expect, test } from "vitest";
import { nextRun, parseCron, type CronSchedule } from "./cron-schedule.js";

const cases: [string, CronSchedule, string, string][] = [
  [
    "an interval counts from the last run",
    { type: "interval", hours: 2 },
    "2026-01-01T00:30Z",
    "2026-01-01T02:30Z",
  ],
  ["hourly at its minute", { type: "hourly", minuteUTC: 15 }, "2026-01-01T00:15Z", "2026-01-01T01:15Z"],
  [
    "daily, tomorrow when it is past",
    { type: "daily", hourUTC: 9 },
    "2026-01-01T10:00Z",
    "2026-01-02T09:00Z",
  ],
  [
    "weekly on its day",
    { type: "weekly", dayOfWeek: "monday", hourUTC: 8 },
    "2026-01-01T00:00Z",
    "2026-01-05T08:00Z",
  ],
  [
    "monthly skips short months",
    { type: "monthly", day: 31, hourUTC: 0 },
    "2026-01-31T00:00Z",
    "2026-03-31T00:00Z",
  ],
  ["a step", { type: "cron", cron: "*/20 * * * *" }, "2026-01-01T00:20Z", "2026-01-01T00:40Z"],
  ["a list and a range", { type: "cron", cron: "0 8,20 * * 1-5" }, "2026-01-02T20:00Z", "2026-01-05T08:00Z"],
  ["names", { type: "cron", cron: "0 0 1 feb sun" }, "2026-01-02T00:00Z", "2026-02-01T00:00Z"],
  [
    "either of date and weekday",
    { type: "cron", cron: "0 0 13 * fri" },
    "2026-01-03T00:00Z",
    "2026-01-09T00:00Z",
  ],
  ["a leap day", { type: "cron", cron: "0 0 29 2 *" }, "2026-03-01T00:00Z", "2028-02-29T00:00Z"],
  ["Sunday as 7", { type: "cron", cron: "0 0 * * 7" }, "2026-01-01T00:00Z", "2026-01-04T00:00Z"],
];

test.each(cases)("%s", (_, schedule, after, expected) => {
  expect(new Date(nextRun(schedule, Date.parse(after))).toISOString()).toBe(new Date(expected).toISOString());
});

test.each(["* * * *", "60 * * * *", "* * 0 * *", "a * * * *", "*/0 * * * *", "5- * * * *"])(
  "%j is refused with the reason",
  (text) => {
    expect(() => parseCron(text)).toThrow(/cron schedule|step/);
  },
);

test("a date that never comes is an error, not an endless search", () => {
  expect(() => nextRun({ type: "cron", cron: "0 0 31 2 *" }, 0)).toThrow("never comes due");
});
