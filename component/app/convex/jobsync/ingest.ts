import { jobsync } from "./client";

export const { apply } = jobsync.functions("ingest");
