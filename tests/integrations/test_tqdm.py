"""Bars of tqdm that move a job."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from jobsync import JobCanceled
from jobsync.integrations.tqdm import tqdm, trange

if TYPE_CHECKING:
    from jobsync import ConvexSync

GUARD = 30


def test_a_bar_moves_the_job(sync: ConvexSync, job_id: str) -> None:
    """Its description is the stage; what was reached last arrives, however quick it went."""
    screen = io.StringIO()
    with sync.job("render", job_id=job_id):
        for _ in tqdm(range(8), desc="drawing", file=screen):
            pass
    job = sync.wait(job_id, timeout=GUARD)

    assert (job.stage, job.completed, job.total, job.progress) == ("drawing", 8, 8, 100)
    assert "drawing: 100%" in screen.getvalue()


def test_a_bar_by_hand_moves_the_job(sync: ConvexSync, job_id: str) -> None:
    """`update` counts, too; left early, it says how far it came."""
    with (
        sync.job("render", job_id=job_id),
        tqdm(total=200, unit="B", file=io.StringIO()) as bar,
    ):
        bar.update(50)
    job = sync.wait(job_id, timeout=GUARD)

    assert (job.completed, job.total, job.progress) == (50, 200, 25)


def test_only_the_outer_bar_speaks(sync: ConvexSync, job_id: str) -> None:
    """A job has one progress: that of the whole."""
    with sync.job("render", job_id=job_id):
        for _ in trange(2, desc="pages", file=io.StringIO()):
            for _ in trange(5, desc="lines", file=io.StringIO()):
                pass
    job = sync.wait(job_id, timeout=GUARD)

    assert (job.stage, job.completed, job.total) == ("pages", 2, 2)


def test_a_job_that_is_asked_to_stop_stops_at_the_bar(sync: ConvexSync, job_id: str) -> None:
    """As it would at `job.track`."""
    with pytest.raises(JobCanceled):
        work_for_ever(sync, job_id)

    assert sync.wait(job_id, timeout=GUARD).state == "canceled"


def test_outside_of_a_job_it_is_just_a_bar() -> None:
    """A script is the same with and without a job."""
    assert list(tqdm(range(3), file=io.StringIO())) == [0, 1, 2]


def work_for_ever(sync: ConvexSync, job_id: str) -> None:
    with sync.job("render", job_id=job_id) as job, tqdm(mininterval=0, file=io.StringIO()) as bar:
        sync.cancel_job(job_id, "enough")
        job.heartbeat()
        while True:
            bar.update()
