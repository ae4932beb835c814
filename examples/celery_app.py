"""Celery tasks as jobs.

With a Redis on this machine, and CONVEX_URL and JOBSYNC_API_KEY as `jobsync dev` prints them:

    celery -A examples.celery_app worker
    python -c "from examples.celery_app import render; render.delay('fox', pages=9, owner='o-3')"
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from celery import Celery

from jobsync.integrations.celery import track

if TYPE_CHECKING:
    from jobsync.integrations.celery import ForeignRun


def describe(run: ForeignRun) -> ForeignRun:
    """Say whose job it is: what the task was called with knows."""
    return replace(run, owner=run.params.get("owner"), tags=("books",))


app = Celery("books", broker="redis://localhost", backend="redis://localhost")
track(app, flower="http://localhost:5555", describe=describe)


@app.task(bind=True, autoretry_for=(OSError,), max_retries=3)
def render(self: Any, book: str, *, pages: int, owner: str) -> str:
    """Draw a book; the job's stage and progress are what Celery's custom state says."""
    for page in range(pages):
        self.update_state(state="DRAWING", meta={"current": page, "total": pages})
        time.sleep(1)
    return f"{book} for {owner}"
