"""What a job's block can say."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from jobsync import ConnectionFailedError, InvalidFieldError, JobCanceled, Receipt
from jobsync._block import JobBlock
from tests.unit.answering import GUARD, Answering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobsync._attempt import OnError
    from jobsync.job import TrackedJob

LEASE = 3600.0


@pytest.fixture
def there() -> Iterator[Answering]:
    there = Answering()
    yield there
    there.reporter.stop()


def block(there: Answering, on_error: OnError = "raise") -> JobBlock:
    return JobBlock(there.connection, {"type": "t", "job_id": "a"}, LEASE, on_error)


def asked_to_stop(there: Answering, job: TrackedJob) -> None:
    """Let the deployment say that somebody asked the job to stop, and the job learn it."""
    there.answers["progress"] = Receipt(
        outcome="applied", job_id="a", state="running", attempt=1, cancel_requested=True
    )
    learned = threading.Event()
    while not job.cancel_requested:
        job._attempt.say({"message": "news?"})
        learned.wait(0.001)


def test_a_job_tells_which_it_is(there: Answering) -> None:
    """Its text names it, its attempt and its state."""
    with block(there) as job:
        assert (job.job_id, job.attempt, job.state, job.url) == ("a", 1, "running", "http://here")
        assert repr(job) == "<TrackedJob 'a', attempt 1, running>"


def test_progress_and_stage_arrive(there: Answering) -> None:
    """They carry the attempt, so that they cannot be taken for those of a later one."""
    with block(there) as job:
        job.progress(40, message="m")
        there.wait_for(kind="progress", progress=40, message="m", attempt=1)
        job.stage("s")
        there.wait_for(kind="progress", stage="s", attempt=1)


def test_events_arrive_in_order_with_their_times(there: Answering) -> None:
    """The time is that of the call, however long the way took."""
    with block(there) as job:
        for step in range(5):
            job.event("trace", {"step": step}, level="debug")
    events = [each for each in there.commands if each["kind"] == "event"]

    assert [event["payload"]["step"] for event in events] == list(range(5))
    assert [event["time"] for event in events] == sorted(event["time"] for event in events)
    assert {("trace", "debug", 1)} == {(e["event"], e["level"], e["attempt"]) for e in events}


def test_a_loop_can_be_tracked(there: Answering) -> None:
    """Each item counts when it is done; the last one makes it whole."""
    with block(there) as job:
        assert list(job.track("abcd", stage="letters")) == list("abcd")
    last = there.last("progress")

    assert (last["completed"], last["total"], last["progress"]) == (4, 4, 100.0)


def test_a_loop_without_a_length_counts_or_is_told_its_length(there: Answering) -> None:
    """A percentage needs a total."""
    with block(there) as job:
        for _ in job.track(iter("ab"), total=8):
            pass
    assert there.last("progress")["progress"] == 25.0
    with block(there) as job:
        for _ in job.track(iter("ab")):
            pass
    assert "progress" not in there.last("progress")
    assert there.last("progress")["completed"] == 2


def test_a_loop_that_is_left_early_stays_where_it_was(there: Answering) -> None:
    """An item that was not finished does not count."""
    with block(there) as job:
        for letter in job.track("abcd"):
            if letter == "c":
                break

    assert there.last("progress")["completed"] == 2


@pytest.mark.parametrize("wrong", [{1}, float("nan"), object()])
def test_a_result_that_cannot_be_stored_is_refused_where_it_is_set(
    there: Answering, wrong: Any
) -> None:
    """Not at the end, where nothing can be done about it."""
    with block(there) as job:
        with pytest.raises(InvalidFieldError, match="result"):
            job.result = wrong
        assert job.result is None


def test_each_report_raises_once_the_job_was_asked_to_stop(there: Answering) -> None:
    """Whoever ignores it is told again; events and files are no place to be told."""
    with block(there) as job:
        asked_to_stop(there, job)
        for report in (job.progress, job.heartbeat, lambda: job.stage("s")):
            with pytest.raises(JobCanceled, match="'a'"):
                report()
        with pytest.raises(JobCanceled):
            next(job.track([1]))
        job.event("last words")
        job.upload("file")

    assert there.uploaded == ["file"]


def test_clean_up_may_report(there: Answering) -> None:
    """In `except` and `finally`, and after an error of its own on top; then it raises again."""

    def fallible_clean_up(job: TrackedJob) -> None:
        try:
            int("no number")
        except ValueError:
            job.progress(message="still")

    with block(there) as job:
        asked_to_stop(there, job)
        try:
            job.heartbeat()
        except JobCanceled:
            job.stage("cleaning up")
            fallible_clean_up(job)
        with pytest.raises(JobCanceled):
            job.heartbeat()

    there.wait_for(stage="cleaning up")
    there.wait_for(message="still")


def test_a_thread_that_goes_on_after_the_job_is_left_alone(there: Answering) -> None:
    """Nothing is sent, and nothing is raised."""
    with block(there) as job:
        pass
    before = len(there.commands)
    late = threading.Thread(target=lambda: [job.progress(1), job.heartbeat(), job.event("x")])
    late.start()
    late.join(GUARD)

    assert len(there.commands) == before


def test_an_outage_does_not_reach_the_work(there: Answering) -> None:
    """Reports are kept, and arrive with the end when the deployment is back."""
    with block(there) as job:
        there.down = ConnectionFailedError("down")
        for percent in range(50):
            job.progress(percent)
        job.event("e")
        there.down = None

    assert there.last("progress")["progress"] == 49
    assert there.last("event")["event"] == "e"


def test_a_file_that_cannot_be_stored_raises_unless_told_otherwise(there: Answering) -> None:
    """With `warn` the work goes on without it."""
    with block(there) as job:
        assert job.upload("good") is not None
        there.down = ConnectionFailedError("down")
        with pytest.raises(ConnectionFailedError):
            job.upload("bad")
        there.down = None
    with block(there, "warn") as job:
        there.down = ConnectionFailedError("down")
        assert job.upload("bad") is None
        there.down = None

    assert there.uploaded == ["good"]


def test_a_job_that_is_not_tracked_uploads_nothing(there: Answering) -> None:
    """There is no job over there that a file could belong to."""
    there.down = ConnectionFailedError("down")
    with block(there, "warn") as job:
        there.down = None
        job.progress(5)
        assert job.upload("file") is None

    assert there.commands == []
