import { jobsync } from "./client";

export const { touch } = jobsync.functions("watches");
