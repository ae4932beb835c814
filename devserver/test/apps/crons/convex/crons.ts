import { cronJobs, makeFunctionReference } from "convex/server";

const crons = cronJobs();
const tick = makeFunctionReference<"mutation", { name: string }>("ticks:tick");
crons.interval("every minute", { minutes: 1 }, tick as never, { name: "interval" } as never);
crons.daily("at noon", { hourUTC: 12, minuteUTC: 1 }, tick as never, { name: "daily" } as never);

export default crons;
