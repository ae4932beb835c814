import type { Attempt } from "../../../convex/validators";

export type StageShare = {
  stage: string;
  ms: number;
  visits: number;
  isCurrent: boolean;
  /** Its part of the time that was spent in stages, from 0 to 1. */
  share: number;
};

/** The stages of an attempt in the order in which they were first entered, the one it is in counted up to `now`. */
export function stageShares({ stages, current }: Attempt, now: number): StageShare[] {
  const left = stages.map((row) => ({ ...row, isCurrent: row.stage === current?.stage }));
  const known = left.some(({ isCurrent }) => isCurrent);
  const all =
    current === undefined || known
      ? left
      : [...left, { stage: current.stage, startedAt: current.since, ms: 0, visits: 0, isCurrent: true }];
  const counted = all.map(({ stage, ms, visits, isCurrent }) => ({
    stage,
    isCurrent,
    ms: isCurrent ? ms + Math.max(0, now - current!.since) : ms,
    visits: isCurrent ? visits + 1 : visits,
  }));
  const total = counted.reduce((sum, { ms }) => sum + ms, 0);
  return counted.map((row) => ({ ...row, share: total === 0 ? 0 : row.ms / total }));
}
