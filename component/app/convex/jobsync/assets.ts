import { jobsync } from "./client";

export const { generateUploadUrl, get, list, parts, save, stageParts } = jobsync.functions("assets");
