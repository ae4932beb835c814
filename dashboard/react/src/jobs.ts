/** Jobs as they are now; each hook follows them without asking again. */
import { useMemo } from "react";
import type { State } from "../../../convex/model/lifecycle";
import type { Attempt, Counts, JobProgress, JobSummary, Rollup } from "../../../convex/validators";
import { useFunctions } from "./functions";
import { type Job, jobOf, type SharedJob, sharedJobOf } from "./job";
import { type Pages, useLive, usePages } from "./live";
import { useWatch } from "./watch";

/** One job. Undefined while it loads, null if there is no such job. */
export function useJob(jobId: string): Job | null | undefined {
  const record = useLive(useFunctions().jobs.getByJobId, { jobId });
  useWatch(jobId);
  return useMemo(() => record && jobOf(record), [record]);
}

export type JobFilters = {
  owner?: string;
  type?: string;
  state?: State;
  tag?: string;
  source?: string;
  parent?: string;
  /** Part of the id or the name. */
  text?: string;
};

const PAGE = 50;

/** Jobs, newest first. Progress is not in them: it changes often and has `useJobProgress`. */
export function useJobs(filters: JobFilters = {}, { pageSize = PAGE } = {}): Pages<JobSummary> {
  useWatch(undefined);
  return usePages(useFunctions().jobs.list, filters, pageSize);
}

/** What is queued, running or lost, newest first. */
export function useActiveJobs(filters: { owner?: string } = {}, { pageSize = PAGE } = {}): Pages<JobSummary> {
  useWatch(undefined);
  return usePages(useFunctions().jobs.active, filters, pageSize);
}

/** How many jobs are in each state. */
export function useJobStats(filters: { owner?: string; type?: string } = {}): Counts | undefined {
  return useLive(useFunctions().jobs.stats, filters);
}

/** How far one job is, apart from the job, so that its ticks renew nothing else. Undefined while it loads. */
export function useProgress(jobId: string): JobProgress | undefined {
  return useLive(useFunctions().jobs.progressOf, { jobIds: [jobId] })?.[0];
}

/** When each attempt ran, how it ended and how long it was in which stage; the newest 50, oldest first. */
export function useAttempts(jobId: string): Attempt[] | undefined {
  return useLive(useFunctions().jobs.attempts, { jobId });
}

/** A parent's progress from its children's; `progress` is null if it has none. */
export function useRollup(jobId: string): Rollup | undefined {
  return useLive(useFunctions().jobs.rollup, { jobId });
}

/** What a share token shows of its job. Null if it shows nothing (any more). */
export function useSharedJob(jobId: string): SharedJob | null | undefined {
  const record = useLive(useFunctions().jobs.getPublic, { jobId });
  useWatch(jobId);
  return useMemo(() => record && sharedJobOf(record), [record]);
}
