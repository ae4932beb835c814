"""Workers: processes that share the queued jobs of a type."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from jobsync import ClaimedJob, ConvexSync, InvalidFieldError, JobCanceled, Worker
from tests.contract.following import stored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Deployment, PassTime
    from tests.contract.conftest import Programs

    Start = Callable[[str, str], subprocess.Popen[str]]

GUARD = 60.0
LEASE = 5.0


@pytest.fixture
def start(programs: Programs) -> Start:
    """Return what starts a worker as a process of its own."""
    return lambda name, type_: programs.start("workers", name, type_, stdout=subprocess.PIPE)


@contextmanager
def running(worker: Worker) -> Iterator[None]:
    """Run a worker in a thread for the length of a block."""
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(GUARD)
    assert not thread.is_alive()


def queue(sync: ConvexSync, type_: str, count: int, **fields: object) -> list[str]:
    """Queue jobs of a type that no other test has."""
    created = [sync.create_job(type_, **fields) for _ in range(count)]  # type: ignore[arg-type]
    return [str(receipt.job_id) for receipt in created]


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_worker_runs_what_is_queued_with_all_that_belongs_to_it(
    sync: ConvexSync, job_id: str
) -> None:
    """The function gets the job with its record; how the call ends is how the job ends."""
    good, bad = queue(sync, job_id, 2, record={"doc": "doc-17"})

    @sync.worker(job_id, concurrency=2)
    def work(job: ClaimedJob) -> None:
        if job.job_id == bad:
            raise ValueError("page 3 is empty")
        job.progress(50, stage="rendering")
        job.result = {"doc": job.record["doc"]}

    work.run(until_idle=True)
    succeeded, failed = stored(sync, good), stored(sync, bad)

    assert (succeeded.state, succeeded.stage) == ("succeeded", "rendering")
    assert succeeded.result == {"doc": "doc-17"}
    assert (failed.state, failed.error["message"]) == ("failed", "page 3 is empty")
    assert "page 3" in str(failed.error_traceback)


def test_processes_share_the_jobs_and_none_is_run_twice(
    sync: ConvexSync, job_id: str, start: Start
) -> None:
    """Three processes claim at the same time; each job is one line in one of them."""
    ids = queue(sync, job_id, 30)
    workers = [start("brief", job_id) for _ in range(3)]
    lines = [
        line for worker in workers for line in worker.communicate(timeout=GUARD)[0].split("\n")
    ]

    assert sorted(filter(None, lines)) == sorted(f"{each} 1" for each in ids)
    assert {stored(sync, each).state for each in ids} == {"succeeded"}


def test_no_more_run_at_once_than_allowed(sync: ConvexSync, job_id: str) -> None:
    """As many jobs as there are hands meet at a barrier, again and again, and never one more."""
    queue(sync, job_id, 6)
    meeting = threading.Barrier(3, timeout=GUARD)
    running: set[str] = set()
    most = []

    @sync.worker(job_id, concurrency=3)
    def work(job: ClaimedJob) -> None:
        running.add(job.job_id)
        meeting.wait()
        most.append(len(running))
        meeting.wait()
        running.discard(job.job_id)

    work.run(until_idle=True)

    assert most == [3] * 6


def test_a_worker_is_woken_when_a_job_is_queued(
    deployment: Deployment, sync: ConvexSync, job_id: str
) -> None:
    """Each job is there only after the one before it was done, when nothing else was queued."""
    with deployment.sync() as other:

        @other.worker(job_id)
        def work(job: ClaimedJob) -> None:
            """Do nothing."""

        with running(work):
            for _ in range(3):
                (only,) = queue(sync, job_id, 1)
                assert sync.wait(only, timeout=GUARD).state == "succeeded"


def test_a_job_that_failed_is_tried_again_when_its_time_has_come(
    sync: ConvexSync, job_id: str
) -> None:
    """A job that waits for its next attempt is not idleness: the worker stays for it."""
    (only,) = queue(sync, job_id, 1, max_attempts=3)
    attempts = []

    @sync.worker(job_id)
    def work(job: ClaimedJob) -> None:
        attempts.append(job.attempt)
        if job.attempt != 3:
            raise ConnectionError("try again")

    work.run(until_idle=True)

    assert attempts == [1, 2, 3]
    assert stored(sync, only).state == "succeeded"


def test_a_request_to_cancel_reaches_the_function(sync: ConvexSync, job_id: str) -> None:
    """It is raised at the next report; clean-up code runs, and the job is canceled."""
    (only,) = queue(sync, job_id, 1)
    cleaned = []

    @sync.worker(job_id)
    def work(job: ClaimedJob) -> None:
        sync.cancel_job(job.job_id, "not needed")
        try:
            while True:
                job.heartbeat()
        except JobCanceled:
            cleaned.append(job.job_id)
            raise

    work.run(until_idle=True)
    job = stored(sync, only)

    assert (job.state, job.cancel_reason, cleaned) == ("canceled", "not needed", [only])


def test_a_terminated_worker_lets_its_job_finish_and_takes_no_other(
    sync: ConvexSync, job_id: str, start: Start, tmp_path: Path
) -> None:
    """SIGTERM ends the process when what it runs is done, with nothing lost and nothing begun."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    first, second = queue(sync, job_id, 2, record={"pipe": str(pipe)})
    worker = start("waiting", job_id)
    assert line(worker) == first
    worker.send_signal(signal.SIGTERM)
    pipe.write_text("go on")

    assert line(worker) == "stopped"
    assert worker.wait(GUARD) == 0
    assert stored(sync, first).result == "whole"
    assert stored(sync, second).state == "queued"


def test_a_job_that_outlasts_the_grace_is_given_to_another_worker(
    sync: ConvexSync, job_id: str, start: Start
) -> None:
    """It is queued again at once, without waiting for its lease."""
    (only,) = queue(sync, job_id, 1, max_attempts=2)
    worker = start("stubborn", job_id)
    assert line(worker) == only
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(GUARD) == 0
    given_back = stored(sync, only)
    start("brief", job_id)

    assert (given_back.state, given_back.attempt) == ("queued", 2)
    assert given_back.error["reason"] == "stopped"
    assert sync.wait(only, timeout=GUARD).state == "succeeded"


def test_a_killed_worker_is_succeeded_by_one_that_was_waiting(
    deployment: Deployment, sync: ConvexSync, job_id: str, start: Start, pass_time: PassTime
) -> None:
    """Nobody tells the other worker but the deployment, when the lease is over."""
    (only,) = queue(sync, job_id, 1, max_attempts=2)
    killed = start("stubborn", job_id)
    assert line(killed) == only
    with deployment.sync() as other:

        @other.worker(job_id, lease=LEASE)
        def work(job: ClaimedJob) -> None:
            job.result = job.attempt

        with running(work):
            killed.kill()
            pass_time(2 * LEASE)
            job = sync.wait(only, timeout=GUARD)

    assert (job.state, job.result) == ("succeeded", 2)


@pytest.mark.parametrize(
    ("field", "options"),
    [("type", {"type": 3}), ("lease", {"lease": "long"}), ("concurrency", {"concurrency": 0})],
)
def test_a_worker_that_cannot_work_is_refused_where_it_is_made(
    sync: ConvexSync, field: str, options: dict[str, object]
) -> None:
    """The error names what was passed."""
    with pytest.raises(InvalidFieldError, match=field):
        sync.worker(**{"type": "t", **options})(print)  # type: ignore[arg-type]
