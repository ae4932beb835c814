import type { Crons } from "convex/server";
import { internal } from "./internals";

/** Adds what jobsync does by itself to an app's own schedule. */
export function addJobsyncCrons(crons: Crons): void {
  crons.daily("jobsync: remove idle writers", { hourUTC: 3, minuteUTC: 17 }, internal.writers.removeIdle, {});
  crons.interval("jobsync: fold job counts", { minutes: 1 }, internal.counts.fold, {});
  crons.daily(
    "jobsync: remove what is past its days",
    { hourUTC: 3, minuteUTC: 37 },
    internal.retention.begin,
    {},
  );
  crons.hourly("jobsync: forget watches that are over", { minuteUTC: 7 }, internal.watches.removeExpired, {});
}
