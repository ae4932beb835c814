/** The files of a job. */
import { api } from "../../../convex/_generated/api";
import type { Asset } from "../../../convex/validators";
import { useLive } from "./live";

/** Undefined while they load. Throws `job_not_found` if there is no such job. */
export function useAssets(jobId: string): Asset[] | undefined {
  return useLive(api.assets.list, { jobId });
}
