/** The share links of a job, for whoever may revoke them. */
import type { ListedShare } from "../../../convex/validators";
import { useFunctions } from "./functions";
import { useLive } from "./live";

/** Newest first. Needs a token of scope `write`; none of them says what opens it. */
export function useShares(jobId: string): ListedShare[] | undefined {
  return useLive(useFunctions().jobs.shares, { jobId });
}
