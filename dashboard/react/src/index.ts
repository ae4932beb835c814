import "./tokens.css";

export { bytes } from "./format/bytes";
export { Elapsed } from "./Elapsed";
export { errorText, type Job, type Json, type JsonObject } from "./job";
export { JobCard, type JobCardProps } from "./JobCard";
export { JobProgress, type JobProgressProps } from "./JobProgress";
export { JobsyncProvider, type JobsyncProviderProps } from "./provider";
export { ProgressBar, type ProgressBarProps } from "./ProgressBar";
export { refusalOf, type RefusalData } from "./refusal";
export { RelativeTime } from "./RelativeTime";
export { StateBadge, type StateBadgeProps } from "./StateBadge";
export { StateIcon } from "./StateIcon";
export { useActiveJobs, useJob, useJobs, useJobStats, useProgress, type JobFilters } from "./jobs";
export type { Pages } from "./live";
