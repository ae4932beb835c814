/** The share links of a job, for whoever may revoke them. */
import { api } from "../../../convex/_generated/api";
import type { ListedShare } from "../../../convex/validators";
import { useLive } from "./live";

/** Newest first. Needs a token of scope `write`; none of them says what opens it. */
export function useShares(jobId: string): ListedShare[] | undefined {
  return useLive(api.jobs.shares, { jobId });
}
