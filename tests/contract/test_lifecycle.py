"""The life of a job, one call a move."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from jobsync import InvalidFieldError, JobNotFoundError
from tests.contract.following import stored

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jobsync import ConvexSync, Receipt
    from tests.conftest import PassTime


def test_a_job_goes_from_queued_to_succeeded(sync: ConvexSync, job_id: str) -> None:
    """Each move is answered with the state that follows, and leaves its time."""
    created = sync.create_job("render", job_id=job_id, owner="org-3", record={"idea": "a game"})
    started = sync.start_job(job_id)
    sync.update_progress(job_id, completed=3, total=4, stage="s", message="m")
    done = sync.complete_job(job_id, {"pages": 4})
    job = stored(sync, job_id)

    assert [r.state for r in (created, started, done)] == ["queued", "running", "succeeded"]
    assert (job.type, job.owner, job["idea"], job.result) == (
        "render",
        "org-3",
        "a game",
        {"pages": 4},
    )
    assert (job.progress, job.completed, job.total, job.stage, job.message) == (75, 3, 4, "s", "m")
    assert job.started_at is not None
    assert job.finished_at is not None
    assert job.created_at <= job.started_at <= job.finished_at


def test_creating_a_job_that_is_there_changes_nothing(sync: ConvexSync, job_id: str) -> None:
    """A pipeline that starts again finds its job as it was."""
    sync.create_job("render", job_id=job_id)
    sync.start_job(job_id)
    again = sync.create_job("other", job_id=job_id, owner="x")

    assert (again.outcome, again.state) == ("unchanged", "running")
    assert (stored(sync, job_id).type, stored(sync, job_id).owner) == ("render", None)


def test_a_job_without_an_id_is_given_one(sync: ConvexSync) -> None:
    """The receipt names it."""
    receipt = sync.create_job("render")

    assert stored(sync, str(receipt.job_id)).type == "render"


def test_progress_may_go_backwards(sync: ConvexSync, job_id: str) -> None:
    """A second pass over the same pages begins at the start."""
    sync.create_job("render", job_id=job_id)
    sync.start_job(job_id)
    sync.update_progress(job_id, 80, message="first")
    sync.update_progress(job_id, 10)

    assert (stored(sync, job_id).progress, stored(sync, job_id).message) == (10, "first")


def test_a_failed_attempt_is_followed_by_another(sync: ConvexSync, job_id: str) -> None:
    """Until there are none left; the wait between them can be said."""
    sync.create_job("render", job_id=job_id, max_attempts=2)
    sync.start_job(job_id)
    first = sync.fail_job(job_id, "no disk", retry_after=60)
    waiting = stored(sync, job_id)
    sync.start_job(job_id, attempt=2)
    last = sync.fail_job(job_id, "no disk", attempt=2)
    failed = stored(sync, job_id)

    assert (first.state, first.attempt, last.state) == ("queued", 2, "failed")
    assert waiting.error == "no disk"
    assert waiting.next_attempt_at == first.next_attempt_at
    assert waiting.next_attempt_at is not None
    assert waiting.next_attempt_at - waiting.updated_at == timedelta(seconds=60)
    assert (failed.attempt, failed.finished) == (2, True)


def test_the_wait_before_the_next_attempt_follows_from_its_number(
    sync: ConvexSync, job_id: str
) -> None:
    """It doubles, and is shortened by up to a half so that not all come at once."""
    sync.create_job("render", job_id=job_id, max_attempts=5)
    waits = []
    for attempt in range(1, 5):
        sync.start_job(job_id)
        sync.fail_job(job_id, attempt=attempt)
        job = stored(sync, job_id)
        assert job.next_attempt_at is not None
        waits.append((job.next_attempt_at - job.updated_at).total_seconds())

    assert all(
        2 ** (n - 1) / 2 - 0.001 <= wait <= 2 ** (n - 1) + 0.001 for n, wait in enumerate(waits, 1)
    )


def test_a_failure_that_is_for_good_is_not_tried_again(sync: ConvexSync, job_id: str) -> None:
    """Attempts that are left are not used."""
    sync.create_job("render", job_id=job_id, max_attempts=5)
    sync.start_job(job_id)

    assert sync.fail_job(job_id, ValueError("bad page"), retryable=False).state == "failed"


def test_the_traceback_of_an_error_is_private(sync: ConvexSync, job_id: str) -> None:
    """Who runs the job sees it; the public sees the message."""
    sync.create_job("render", job_id=job_id, visibility="public")
    sync.start_job(job_id)
    try:
        int("no number")
    except ValueError as error:
        sync.fail_job(job_id, error)
    job, public = stored(sync, job_id), sync.fetch_public(job_id)

    assert public is not None
    assert job.error["type"] == "ValueError"
    assert 'int("no number")' in str(job.error_traceback)
    assert "no number" in str(public.error)
    assert "Traceback" not in public.model_dump_json()
    assert __file__ not in public.model_dump_json()


def test_a_job_that_ended_can_be_given_another_attempt(sync: ConvexSync, job_id: str) -> None:
    """However many it had; what it failed with is forgotten."""
    sync.create_job("render", job_id=job_id)
    sync.start_job(job_id)
    sync.fail_job(job_id, "no disk")
    again = sync.retry_job(job_id)
    job = stored(sync, job_id)

    assert (again.state, again.attempt) == ("queued", 2)
    assert (job.error, job.finished_at, job.max_attempts) == (None, None, 2)


def test_what_is_queued_is_canceled_at_once(sync: ConvexSync, job_id: str) -> None:
    """There is nobody who would have to clean up."""
    sync.create_job("render", job_id=job_id)

    assert sync.cancel_job(job_id, "not needed").state == "canceled"
    assert sync.start_job(job_id).outcome == "stale"


def test_what_runs_is_asked_to_stop(sync: ConvexSync, job_id: str) -> None:
    """Every answer says so until the pipeline says that it has."""
    sync.create_job("render", job_id=job_id)
    sync.start_job(job_id)
    asked = sync.cancel_job(job_id, "too slow")
    answers = [
        asked,
        sync.update_progress(job_id, 5),
        sync.record_event(job_id, "trace"),
        sync.upsert_job({"id": job_id, "stage": "s"}),
    ]
    done = sync.cancel_job(job_id, done=True)
    job = stored(sync, job_id)

    assert {(answer.state, answer.cancel_requested) for answer in answers} == {("running", True)}
    assert (done.state, job.cancel_reason) == ("canceled", "too slow")


def test_what_has_ended_stays_as_it_is(sync: ConvexSync, job_id: str) -> None:
    """Late calls are answered as stale and change nothing."""
    sync.create_job("render", job_id=job_id)
    sync.start_job(job_id)
    sync.complete_job(job_id, "first")
    before = stored(sync, job_id)
    late = [
        sync.start_job(job_id),
        sync.update_progress(job_id, 5),
        sync.complete_job(job_id, "second"),
        sync.fail_job(job_id, "late"),
        sync.cancel_job(job_id),
        sync.retry_job(job_id),
    ]

    assert {receipt.outcome for receipt in late} == {"stale"}
    assert stored(sync, job_id) == before


ENDS: dict[str, Callable[[ConvexSync, str], Receipt]] = {
    "succeeded": lambda sync, job_id: sync.complete_job(job_id),
    "failed": lambda sync, job_id: sync.fail_job(job_id, "no", retryable=False),
    "canceled": lambda sync, job_id: sync.cancel_job(job_id, done=True),
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("late", [*ENDS, "start"])
def test_no_end_is_followed_by_another(sync: ConvexSync, job_id: str, end: str, late: str) -> None:
    """Completing twice, failing what has failed, starting what was canceled: all come too late."""
    sync.create_job("render", job_id=job_id)
    sync.start_job(job_id)
    ENDS[end](sync, job_id)
    receipt = sync.start_job(job_id) if late == "start" else ENDS[late](sync, job_id)

    assert (receipt.outcome, receipt.state) == ("stale", end)


@pytest.mark.parametrize("percent", [100.5, 101, -1, math.nan, math.inf])
def test_progress_has_bounds(sync: ConvexSync, job_id: str, percent: float) -> None:
    """The error names the field, and what was said before stays."""
    sync.create_job("render", job_id=job_id)
    sync.start_job(job_id)
    sync.update_progress(job_id, 40)
    with pytest.raises(InvalidFieldError) as caught:
        sync.update_progress(job_id, percent)

    assert caught.value.field == "progress"
    assert stored(sync, job_id).progress == 40


def test_an_older_attempt_is_too_late(sync: ConvexSync, job_id: str) -> None:
    """A process that was given up cannot end the attempt that came after it."""
    sync.create_job("render", job_id=job_id, max_attempts=2)
    sync.start_job(job_id)
    sync.fail_job(job_id, "lost connection")
    sync.start_job(job_id)
    late = [
        sync.update_progress(job_id, 99, attempt=1),
        sync.complete_job(job_id, attempt=1),
        sync.fail_job(job_id, attempt=1),
    ]

    assert {(r.outcome, r.state, r.attempt) for r in late} == {("stale", "running", 2)}


def test_an_attempt_of_the_future_is_refused(sync: ConvexSync, job_id: str) -> None:
    """Nobody can speak for it; the error names the field."""
    sync.create_job("render", job_id=job_id)
    with pytest.raises(InvalidFieldError, match="has not begun") as caught:
        sync.complete_job(job_id, attempt=5)

    assert caught.value.field == "attempt"


def test_a_job_can_be_deleted_when_it_does_not_run(
    sync: ConvexSync, job_id: str, tmp_path: Path
) -> None:
    """It is gone at once, from lists and counts too; deleting it again is no error."""
    (tmp_path / "out.txt").write_text("made")
    sync.create_job(job_id, job_id=job_id)
    sync.start_job(job_id)
    sync.upload_asset(job_id, tmp_path / "out.txt")
    with pytest.raises(InvalidFieldError, match="running"):
        sync.delete_job(job_id)
    sync.complete_job(job_id)
    assert sync.stats(type=job_id).total == 1
    for _ in range(2):
        sync.delete_job(job_id)

    assert sync.fetch_job(job_id) is None
    assert list(sync.list_jobs(type=job_id)) == []
    assert sync.stats(type=job_id).total == 0


def test_a_run_of_an_orchestrator_is_linked(sync: ConvexSync, job_id: str) -> None:
    """Its address can be shown beside the job."""
    sync.create_job("render", job_id=job_id)
    sync.set_run(job_id, system="airflow", id="r1", url="http://airflow.test/r1")
    job = stored(sync, job_id)

    assert job.run is not None
    assert (job.run.system, job.run.id, job.run.url) == ("airflow", "r1", "http://airflow.test/r1")


def test_a_job_that_was_thought_lost_may_speak_again(
    sync: ConvexSync, job_id: str, pass_time: PassTime
) -> None:
    """A process that was only stopped for a while goes on with its attempt."""
    sync.create_job("render", job_id=job_id)
    sync.start_job(job_id, lease=15)
    pass_time(15)
    lost = next(job for job in sync.watch(job_id, timeout=60) if job.state == "lost")
    back = sync.update_progress(job_id, 50, attempt=lost.attempt)
    done = sync.complete_job(job_id, attempt=lost.attempt)

    assert [(r.outcome, r.state, r.attempt) for r in (back, done)] == [
        ("applied", "running", 1),
        ("applied", "succeeded", 1),
    ]


@pytest.mark.parametrize("lease", [0, 4.9, 3601])
def test_a_lease_has_bounds(sync: ConvexSync, job_id: str, lease: float) -> None:
    """Shorter than a hiccup or longer than an hour is refused, and the job has not begun."""
    sync.create_job("render", job_id=job_id)
    with pytest.raises(InvalidFieldError, match="lease"):
        sync.start_job(job_id, lease=lease)

    assert stored(sync, job_id).state == "queued"


@pytest.mark.parametrize(
    "call",
    [
        lambda sync, job_id: sync.start_job(job_id),
        lambda sync, job_id: sync.update_progress(job_id, 5),
        lambda sync, job_id: sync.complete_job(job_id),
        lambda sync, job_id: sync.fail_job(job_id),
        lambda sync, job_id: sync.cancel_job(job_id),
        lambda sync, job_id: sync.retry_job(job_id),
        lambda sync, job_id: sync.set_run(job_id, id="r"),
    ],
)
def test_a_job_that_does_not_exist_cannot_be_moved(
    sync: ConvexSync, job_id: str, call: Any
) -> None:
    """Only creating creates."""
    with pytest.raises(JobNotFoundError):
        call(sync, job_id)
