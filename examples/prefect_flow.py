"""A Prefect flow and its tasks as jobs; the tasks are parts of the flow.

With CONVEX_URL and JOBSYNC_API_KEY as `jobsync dev` prints them: python examples/prefect_flow.py
"""

from __future__ import annotations

import time

from prefect import flow, task

from jobsync import current_job
from jobsync.integrations.prefect import tracked


@tracked()
@task(retries=2, retry_delay_seconds=5)
def draw(page: int) -> str:
    """Draw a page."""
    time.sleep(1)
    return f"page {page}"


@tracked()
@flow(name="render-book")
def render(pages: int = 6) -> list[str]:
    """Draw a book, and say how far it is."""
    job = current_job()
    if job is None:
        return [draw(page) for page in range(pages)]
    return [draw(page) for page in job.track(range(pages), stage="drawing")]


if __name__ == "__main__":
    render()
