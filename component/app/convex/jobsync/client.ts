/** The functions in the files beside this one are what clients may call; take out what they need not. */
import { Jobsync } from "jobsync-convex";
import { components } from "../_generated/api";

export const jobsync = new Jobsync(components.jobsync);
