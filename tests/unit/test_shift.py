"""One run of a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jobsync import ClaimedJob, ConnectionFailedError, PermissionDeniedError
from jobsync._clock import SystemClock
from jobsync._shift import Shift
from tests.unit.answering import Answering
from tests.unit.queues import claimed, opened

if TYPE_CHECKING:
    from jobsync._queue import Queue
    from jobsync._shift import Function


def shift(queue: Queue, function: Function, grace: float = 30.0) -> Shift:
    return Shift(queue, function, 2, grace, SystemClock())


def test_it_ends_when_nothing_is_queued_and_nothing_runs() -> None:
    """Each job is performed before that, also the one that fails."""
    there = Answering()

    def work(job: ClaimedJob) -> None:
        if job.job_id == "b":
            raise ValueError("no")

    with opened([claimed("a"), claimed("b"), claimed("c")], there) as queue:
        shift(queue, work).work(until_idle=True)

    assert sorted(there.kinds()) == ["complete", "complete", "fail"]


def test_an_outage_is_waited_for() -> None:
    """A deployment that cannot be reached for a moment ends nothing."""
    there = Answering()
    with opened([ConnectionFailedError("down"), claimed("a")], there) as queue:
        shift(queue, lambda job: job.stage("s")).work(until_idle=True)

    assert there.kinds()[-1] == "complete"


def test_a_refusal_ends_it_after_what_runs_is_done() -> None:
    """Asking again would not help; the job that was got before is finished all the same."""
    there = Answering()
    script = [claimed("a"), {"outcome": "duplicate"}, PermissionDeniedError("no")]
    with opened(script, there) as queue, pytest.raises(PermissionDeniedError):
        shift(queue, lambda job: job.stage("s")).work(until_idle=True)

    assert there.kinds()[-1] == "complete"


def test_told_to_stop_it_finishes_what_runs_and_claims_no_more() -> None:
    """The job that is next in the queue stays there."""
    there = Answering()
    done = []

    def work(job: ClaimedJob) -> None:
        mine.stop()
        done.append(job.job_id)

    with opened([claimed("a"), {"outcome": "none"}, claimed("b")], there) as queue:
        mine = shift(queue, work)
        mine.work(until_idle=False)

    assert done == ["a"]
    assert there.kinds() == ["complete"]


def test_without_grace_functions_are_asked_to_stop_at_once() -> None:
    """They hear of it at their next report."""
    there = Answering()

    def work(job: ClaimedJob) -> None:
        mine.stop()
        while True:
            job.heartbeat()

    with opened([claimed("a")], there) as queue:
        mine = shift(queue, work, grace=0.0)
        mine.work(until_idle=False)

    assert there.last("fail")["error"]["reason"] == "stopped"
