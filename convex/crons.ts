import { cronJobs } from "convex/server";
import { internal } from "./_generated/api";

const crons = cronJobs();

crons.daily("remove idle writers", { hourUTC: 3, minuteUTC: 17 }, internal.writers.removeIdle, {});

export default crons;
