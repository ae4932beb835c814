export { type JobActions, useJobActions } from "./actions";
export { counted } from "./format/counted";
export { AssetGallery, type AssetGalleryProps } from "./AssetGallery";
export type { ShownAsset } from "./AssetTile";
export { AttemptList } from "./AttemptList";
export { useNow } from "./clock";
export { Dialog, type DialogProps } from "./Dialog";
export { Elapsed } from "./Elapsed";
export { type JobEvent, useEvents } from "./events";
export { useAssets } from "./files";
export { errorText, type Job, type Json, type JsonObject, type SharedJob } from "./job";
export { JobCard, type JobCardProps } from "./JobCard";
export { JobProgress, type JobProgressProps } from "./JobProgress";
export {
  type JobFilters,
  useActiveJobs,
  useAttempts,
  useJob,
  useJobs,
  useJobStats,
  useProgress,
  useRollup,
  useSharedJob,
} from "./jobs";
export { JsonView, type JsonViewProps } from "./JsonView";
export type { Pages } from "./live";
export { JobsyncProvider, type JobsyncProviderProps } from "./provider";
export { ProgressBar, type ProgressBarProps } from "./ProgressBar";
export { refusalOf, type RefusalData } from "./refusal";
export { RelativeTime } from "./RelativeTime";
export { useShares } from "./shares";
export { StageTimeline } from "./StageTimeline";
export { StateBadge, type StateBadgeProps } from "./StateBadge";
export { StateIcon } from "./StateIcon";
export { webUrl } from "./webUrl";
