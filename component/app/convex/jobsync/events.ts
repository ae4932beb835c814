import { jobsync } from "./client";

export const { list, record } = jobsync.functions("events");
