"""RQ's jobs as jobs of jobsync, with an owner.

With a Redis on this machine, and CONVEX_URL and JOBSYNC_API_KEY as `jobsync dev` prints them:

    rq worker --worker-class examples.rq_worker.Worker
    python -c "from examples.rq_worker import enqueue; enqueue()"
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from redis import Redis
from rq import Queue, Retry

from jobsync import current_job
from jobsync.integrations.rq import JobsyncWorker

if TYPE_CHECKING:
    from jobsync.integrations.rq import ForeignRun


class Worker(JobsyncWorker):
    """A worker that says whose its jobs are."""

    def describe(self, run: ForeignRun) -> ForeignRun:
        """Take the owner from what the job was enqueued with."""
        return replace(run, owner=run.params["meta"].get("owner"))


def render(pages: int) -> None:
    """Draw a book, and say how far it is."""
    job = current_job()
    for page in range(pages):
        if job is not None:
            job.progress(completed=page, total=pages, stage="drawing")
        time.sleep(1)


def enqueue() -> None:
    """Have a book drawn."""
    queue = Queue(connection=Redis())
    queue.enqueue(render, 9, retry=Retry(max=3), meta={"owner": "org-3"})
