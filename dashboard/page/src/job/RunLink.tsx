import { type Job, webUrl } from "jobsync-react";

/** Where the work runs in somebody else's engine. */
export function RunLink({ run }: { run: NonNullable<Job["run"]> }) {
  const url = webUrl(run.url);
  const name = [run.system, run.id].filter((word) => word !== undefined).join(" ") || run.url;
  return url === null ? (
    <>{name ?? "unnamed"}</>
  ) : (
    <a href={url} target="_blank" rel="noreferrer">
      {name}
    </a>
  );
}
