import { Notice } from "./Notice";

export function Unopened() {
  return (
    <Notice title="This page needs a link">
      <p>
        It shows jobs to those who have a link with a token in it. Run <code>jobsync dashboard</code> and open
        the link that it prints; <code>jobsync dev</code> prints one, too. A job that was shared with you has
        a link of its own.
      </p>
    </Notice>
  );
}

export function UnknownAddress() {
  return (
    <Notice title="There is no such page">
      <p>
        The address leads nowhere. <a href="#/">All jobs</a>
      </p>
    </Notice>
  );
}

export function UnknownJob({ jobId }: { jobId: string }) {
  return (
    <Notice title="There is no such job">
      <p>
        Nobody has reported a job <code>{jobId}</code> here, or it has been deleted. This page shows it as
        soon as it is there. <a href="#/">All jobs</a>
      </p>
    </Notice>
  );
}

export function NotShared() {
  return (
    <Notice title="This link shows nothing any more">
      <p>The job was deleted, or whoever shared it took the link back. Ask them for a new one.</p>
    </Notice>
  );
}
