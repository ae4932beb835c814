"""Bars of rich that move a job."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from jobsync import JobCanceled
from jobsync.integrations.rich import Progress

if TYPE_CHECKING:
    from jobsync import ConvexSync

GUARD = 30


def quiet() -> Console:
    return Console(file=io.StringIO())


def test_a_bar_moves_the_job(sync: ConvexSync, job_id: str) -> None:
    """`track` counts the items; the description is the stage."""
    with sync.job("render", job_id=job_id), Progress(console=quiet()) as bars:
        assert list(bars.track(range(8), description="drawing")) == list(range(8))
    job = sync.wait(job_id, timeout=GUARD)

    assert (job.stage, job.completed, job.total, job.progress) == ("drawing", 8, 8, 100)


def test_several_bars_are_one_progress(sync: ConvexSync, job_id: str) -> None:
    """The sum of all tasks, and the description of the one that moved last."""
    with sync.job("render", job_id=job_id), Progress(console=quiet()) as bars:
        pages = bars.add_task("pages", total=30)
        files = bars.add_task("files", total=10)
        bars.advance(files, 10)
        bars.update(pages, completed=10)
    job = sync.wait(job_id, timeout=GUARD)

    assert (job.stage, job.completed, job.total, job.progress) == ("pages", 20, 40, 50)


def test_a_job_that_is_asked_to_stop_stops_at_the_bar(sync: ConvexSync, job_id: str) -> None:
    """At the next item, though a thread of rich counts them."""
    with pytest.raises(JobCanceled):
        work_for_ever(sync, job_id)

    assert sync.wait(job_id, timeout=GUARD).state == "canceled"


def test_outside_of_a_job_it_is_just_a_bar() -> None:
    """A script is the same with and without a job."""
    with Progress(console=quiet()) as bars:
        assert list(bars.track(range(3))) == [0, 1, 2]


def work_for_ever(sync: ConvexSync, job_id: str) -> None:
    with sync.job("render", job_id=job_id) as job, Progress(console=quiet()) as bars:
        sync.cancel_job(job_id, "enough")
        job.heartbeat()
        for _ in bars.track(iter(int, 1), total=None):
            pass
