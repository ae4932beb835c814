import { Notice } from "../states/Notice";

export function NoJobs({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <Notice title="No job fits">
        <p>
          No job is as these filters ask. <a href="#/">Show all jobs</a>
        </p>
      </Notice>
    );
  }
  return (
    <Notice title="No jobs yet">
      <p>
        Jobs appear here by themselves as soon as a pipeline reports one. <code>jobsync demo</code> runs an
        example.
      </p>
    </Notice>
  );
}
