"""Temporal's activities as jobs.

With CONVEX_URL and JOBSYNC_API_KEY as `jobsync dev` prints them, and Temporal's own server:

    temporal server start-dev
    python -m examples.temporal_worker
    temporal workflow start --task-queue books --type Book --input '"fox"' --input 9
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    from jobsync import current_job
    from jobsync.integrations.temporal import ForeignRun, JobsyncInterceptor


@activity.defn
def render(book: str, pages: int) -> str:
    """Draw a book; the job's stage and progress are what the activity says of it."""
    job = current_job()
    for _ in job.track(range(pages), stage="drawing") if job else range(pages):
        time.sleep(1)
    return f"{pages} pages of {book}"


@workflow.defn
class Book:
    """A workflow as before: it knows nothing of jobs."""

    @workflow.run
    async def run(self, book: str, pages: int) -> str:
        """Have a book drawn; an attempt whose worker dies is noticed after ten seconds."""
        drawn: str = await workflow.execute_activity(
            render,
            args=[book, pages],
            start_to_close_timeout=timedelta(hours=1),
            heartbeat_timeout=timedelta(seconds=10),
        )
        return drawn


def describe(run: ForeignRun) -> ForeignRun:
    """Say what the job is about: what the activity was called with knows."""
    return replace(run, source=run.params["args"][0], tags=("books",))


async def main() -> None:
    """Work until somebody stops it."""
    jobs = JobsyncInterceptor(web="http://localhost:8233", heartbeats=True, describe=describe)
    with ThreadPoolExecutor(4) as threads:
        await Worker(
            await Client.connect("localhost:7233"),
            task_queue="books",
            workflows=[Book],
            activities=[render],
            activity_executor=threads,
            interceptors=[jobs],
        ).run()


if __name__ == "__main__":
    asyncio.run(main())
