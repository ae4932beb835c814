/** The files of a job. */
import type { Asset } from "../../../convex/validators";
import { useFunctions } from "./functions";
import { useLive } from "./live";

/** Undefined while they load. Throws `job_not_found` if there is no such job. */
export function useAssets(jobId: string): Asset[] | undefined {
  return useLive(useFunctions().assets.list, { jobId });
}
