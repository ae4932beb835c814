/** What people may do to a job; each needs a token of scope `write`. */
import { useConvex } from "convex/react";
import { useMemo } from "react";
import type { Receipt, Share } from "../../../convex/validators";
import { useFunctions } from "./functions";
import { useTokenArgument } from "./provider";

export type JobActions = {
  /** A queued or lost job is canceled at once; one at work is asked to end. */
  cancel: (reason?: string) => Promise<Receipt>;
  /** Gives a failed, canceled or lost job another attempt. */
  retry: () => Promise<Receipt>;
  /** Deletes the job with its files and events; it may not be running. */
  remove: () => Promise<null>;
  /** Makes a token that shows the job to whoever has it. */
  share: (expiresInMs: number) => Promise<Share>;
  unshare: (shareId: string) => Promise<{ revoked: boolean }>;
};

export function useJobActions(jobId: string): JobActions {
  const client = useConvex();
  const api = useFunctions();
  const { token } = useTokenArgument();
  return useMemo(() => {
    const about = { jobId, ...(token !== undefined && { token }) };
    return {
      cancel: (reason) => client.mutation(api.jobs.cancel, { ...about, ...(reason && { reason }) }),
      retry: () => client.mutation(api.jobs.retry, about),
      remove: () => client.mutation(api.jobs.remove, about),
      share: (expiresInMs) => client.mutation(api.jobs.share, { ...about, expiresInMs }),
      unshare: (shareId) => client.mutation(api.jobs.unshare, { ...about, shareId }),
    };
  }, [client, api, token, jobId]);
}
