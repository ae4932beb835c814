import { cronJobs } from "convex/server";
import { internal } from "./_generated/api";

const crons = cronJobs();

crons.daily("remove idle writers", { hourUTC: 3, minuteUTC: 17 }, internal.writers.removeIdle, {});

crons.interval("fold job counts", { minutes: 1 }, internal.counts.fold, {});

crons.daily("remove what is past its days", { hourUTC: 3, minuteUTC: 37 }, internal.retention.begin, {});

crons.hourly("forget watches that are over", { minuteUTC: 7 }, internal.watches.removeExpired, {});

export default crons;
