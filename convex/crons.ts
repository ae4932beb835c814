import { cronJobs } from "convex/server";
import { addJobsyncCrons } from "./cronEntries";

const crons = cronJobs();

addJobsyncCrons(crons);

export default crons;
