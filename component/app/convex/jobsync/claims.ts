import { jobsync } from "./client";

export const { claim, waiting } = jobsync.functions("claims");
