/** Why a deployment did not answer, for an error boundary to decide what to show. */
import { type RefusalData, refusalData } from "../../../convex/errors";

export type { RefusalData };

/** What the deployment refused and why; null for any other error. */
export function refusalOf(error: unknown): RefusalData | null {
  return refusalData(error);
}
