"""What a job's block can say."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jobsync import (
    ConnectionFailedError,
    FileMissingError,
    InvalidFieldError,
    JobCanceled,
    UploadError,
)
from jobsync._block import JobBlock
from tests.unit.answering import GUARD, Answering, receipt, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobsync.job import TrackedJob

LEASE = 3600.0
ASSET = {
    "jobId": "a",
    "role": "log",
    "filename": "f.txt",
    "storageId": "s",
    "bytes": 1,
    "sha256": "0",
    "public": False,
    "createdAt": 0,
}


@pytest.fixture
def there() -> Iterator[Answering]:
    there = Answering()
    yield there
    there.stop()


def block(there: Answering) -> JobBlock:
    return JobBlock(there.connection, {"type": "t", "job_id": "a"}, LEASE, "strict")


def asked_to_stop(there: Answering, job: TrackedJob) -> None:
    """Let the deployment say that somebody asked the job to stop, and the job learn it."""
    there.answers["progress"] = receipt(cancelRequested=True)
    learned = threading.Event()
    while not job.cancel_requested:
        job._attempt.say({"message": "news?"})
        learned.wait(0.001)


def test_a_job_tells_which_it_is(there: Answering) -> None:
    """Its text names it, its attempt and its state."""
    with block(there) as job:
        assert (job.job_id, job.attempt, job.state, job.url) == ("a", 1, "running", "http://here")
        assert repr(job) == "<TrackedJob 'a', attempt 1, running>"


def test_a_job_shows_how_far_it_said_it_is(there: Answering) -> None:
    """A card in a notebook, of what this process knows; nothing is asked for it."""
    with block(there) as job:
        job.progress(40, stage="drawing")
        html = job._repr_html_()

    assert "drawing" in html
    assert 'aria-valuenow="40.0"' in html


def test_a_bar_of_what_is_tracked_is_shown_when_wanted(
    there: Answering, capsys: pytest.CaptureFixture[str]
) -> None:
    """Beside what is reported, which stays as it is without one."""
    with block(there) as job:
        items = list(job.track("abc", stage="drawing", bar="rich"))
        there.wait_for(kind="progress", completed=3, total=3)

    assert items == ["a", "b", "c"]
    assert "3/3" in capsys.readouterr().out


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
        job.upload(__file__)

    assert there.last("asset")["filename"] == "test_job.py"


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
    """Nothing is raised. An event is kept all the same, as it happened."""
    with block(there) as job:
        pass
    late = threading.Thread(target=lambda: [job.progress(1), job.heartbeat(), job.event("x")])
    late.start()
    late.join(GUARD)
    there.wait_for(event="x")

    assert there.kinds() == ["create", "start", "complete", "event"]


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


def test_a_file_is_there_before_the_job_ends(there: Answering) -> None:
    """It is not waited for where it is given, and can be waited for."""
    there.answers["asset"] = receipt(asset=ASSET)
    with block(there) as job:
        upload = job.upload(__file__, role="log", filename="f.txt")
        assert upload.path == Path(__file__)
    (file,) = there.stored

    assert (file.role, file.filename, file.path) == ("log", "f.txt", __file__)
    assert there.kinds()[-2:] == ["asset", "complete"]
    assert (upload.done, upload.wait().filename) == (True, "f.txt")


def test_a_file_that_is_none_is_refused_where_it_is_given(there: Answering) -> None:
    """Not at the end, where nobody knows any more."""
    with block(there) as job, pytest.raises(FileMissingError, match="nowhere"):
        job.upload("nowhere")


def test_a_file_that_was_refused_tells_whoever_waits(there: Answering) -> None:
    """The job goes on, and the file's row is parked."""
    there.answers["asset"] = refused("file_mismatch", "other bytes")
    with block(there) as job:
        upload = job.upload(__file__)
        with pytest.raises(UploadError, match="other bytes"):
            upload.wait()

    assert there.courier.stats().parked == 1
    assert job.state == "succeeded"
