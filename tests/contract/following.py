"""What tests ask of a job that others write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobsync import ConvexSync, Job

GUARD = 60.0


def stored(sync: ConvexSync, job_id: str) -> Job:
    """Return a job that has to be there."""
    job = sync.fetch_job(job_id)
    assert job is not None
    return job


def until(sync: ConvexSync, job_id: str, reached: Callable[[Job], bool]) -> list[Job]:
    """Follow a job until it is as it should be; return all that was seen of it."""
    seen = []
    for job in sync.watch(job_id, timeout=GUARD):
        seen.append(job)
        if reached(job):
            return seen
    pytest.fail(f"it ended otherwise: {seen[-1]}")
