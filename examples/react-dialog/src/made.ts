import type { Job } from "jobsync-react";
import type { Id } from "../convex/_generated/dataModel";

export type StyleId = Id<"styles">;

/** The new entity that a job leaves behind as its result: `{ table, id }`. */
export function madeBy(job: Job): StyleId | undefined {
  const result = job.result as { table: "styles"; id: StyleId } | undefined;
  return job.state === "succeeded" ? result?.id : undefined;
}
