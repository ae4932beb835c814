import { jobsync } from "./client";

export const { list, set } = jobsync.functions("retention");
