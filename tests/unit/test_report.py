"""What a job says, and what is said to it."""

from __future__ import annotations

import math
from typing import Any

import pytest

from jobsync._report import Report
from tests.unit.answering import receipt


def report(lease: float = 60.0) -> Report:
    job = Report("a", 1, lease, 0.0)
    job.learn(receipt())
    return job


def test_a_silent_job_has_a_heartbeat_three_times_a_lease() -> None:
    """Counted from the last sign of life."""
    job = report(lease=60.0)
    assert job.beat_at == 20.0
    job.alive(30.0)
    assert job.beat_at == 50.0


def test_a_heartbeat_can_be_asked_for() -> None:
    """Now, or at a moment after one that failed."""
    job = report()
    job.beat()
    assert job.beat_at == -math.inf
    job.beat(5.0)
    assert job.beat_at == 5.0


def test_a_job_that_the_deployment_does_not_know_has_no_heartbeat() -> None:
    """It would be refused."""
    assert Report("a", 1, 60.0, 0.0).beat_at == math.inf


def test_what_could_not_be_kept_comes_back_under_what_was_said_since() -> None:
    """Nothing is lost, and nothing old wins."""
    job = report()
    job.said.update({"progress": 1, "message": "m"})
    said = job.take()
    job.said.update({"progress": 2})
    job.put_back(said)

    assert job.take() == {"progress": 2, "message": "m"}
    assert job.take() == {}


@pytest.mark.parametrize(
    ("answer", "state", "canceled", "moved_on"),
    [
        (receipt(), "running", False, False),
        (receipt(cancelRequested=True), "running", True, False),
        (receipt("stale", "canceled"), "canceled", True, True),
        (receipt("stale", "queued", attempt=2), "queued", False, True),
        ({"outcome": "duplicate"}, None, False, False),
    ],
)
def test_a_receipt_tells_how_the_job_is(
    answer: dict[str, Any], state: str | None, canceled: bool, moved_on: bool
) -> None:
    """A job that was canceled outright counts as asked to stop."""
    job = Report("a", 1, 60.0, 0.0)
    job.learn(answer)

    assert (job.state, job.cancel_requested, job.moved_on) == (state, canceled, moved_on)


def test_a_request_to_stop_is_not_taken_back() -> None:
    """Receipts may arrive out of order."""
    job = report()
    job.learn(receipt(cancelRequested=True))
    job.learn(receipt())

    assert job.cancel_requested


def test_an_attempt_that_is_not_known_is_the_one_that_began() -> None:
    """It does not change with later receipts."""
    job = Report("a", None, 60.0, 0.0)
    job.learn(receipt(attempt=2))
    job.begun(receipt(attempt=3))
    job.learn(receipt(attempt=4))

    assert job.attempt == 3


def test_a_job_that_was_taken_over_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    """A process that was thought dead learns that another attempt has begun."""
    job = report()
    for _ in range(3):
        job.learn(receipt("stale", attempt=2))

    assert len(caplog.records) == 1
    assert "attempt 2" in caplog.text


def test_a_forked_child_says_only_what_it_says_itself() -> None:
    """The parent sends what was said before, and the signs of life."""
    job = report()
    job.said.update({"progress": 1})
    job.forget()

    assert (job.take(), job.beat_at) == ({}, math.inf)
    job.alive(1.0)
    assert job.beat_at == math.inf
