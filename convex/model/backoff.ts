/** How long a job waits before its next attempt. Pure. */

const FIRST_MS = 1000;
const LONGEST_MS = 5 * 60 * 1000;

/**
 * Twice as long after each failed attempt, between half and the whole of it, so that jobs that failed together
 * do not come back together. `random` is from 0 to 1.
 */
export function backoffMs(failedAttempt: number, random: number): number {
  const whole = Math.min(FIRST_MS * 2 ** (failedAttempt - 1), LONGEST_MS);
  return Math.round(whole * (0.5 + random / 2));
}
