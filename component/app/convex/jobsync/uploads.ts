import { jobsync } from "./client";

export const { generateUrls } = jobsync.functions("uploads");
