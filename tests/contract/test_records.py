"""Saving and reading jobs."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from jobsync import JobNotFoundError

if TYPE_CHECKING:
    from jobsync import ConvexSync


def test_what_is_put_in_comes_back(sync: ConvexSync, job_id: str) -> None:
    """Core fields come back under their one name, everything else under its own."""
    sync.upsert_job(
        {"id": job_id, "status": "processing", "stage": "classifying", "idea": "a game"}
    )
    job = sync.fetch_job(job_id)

    assert job is not None
    assert (job_id, "processing", "running", "classifying", "a game") == (
        job.job_id,
        job.status,
        job.state,
        job.stage,
        job["idea"],
    )


def test_a_job_that_does_not_exist_is_none(sync: ConvexSync, job_id: str) -> None:
    """Asking for an unknown id is no error; asking for what belongs to it is one."""
    assert sync.fetch_job(job_id) is None
    assert sync.fetch_public(job_id) is None
    with pytest.raises(JobNotFoundError):
        sync.list_assets(job_id)
    with pytest.raises(JobNotFoundError):
        next(sync.list_events(job_id))


def test_an_absent_key_leaves_its_field_and_none_clears_it(sync: ConvexSync, job_id: str) -> None:
    """Posting a few fields patches; saying `None` takes a value away."""
    sync.upsert_job({"id": job_id, "status": "error", "error": "boom", "idea": "x", "n": {"a": 1}})
    sync.upsert_job({"id": job_id, "error": None, "n": None})
    job = sync.fetch_job(job_id)

    assert job is not None
    assert (job.error, job["idea"], job["n"]) == (None, "x", None)
    assert "error" not in job.to_record()


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("pending", "queued"),
        ("in_progress", "running"),
        ("completed", "succeeded"),
        ("cancelled", "canceled"),
    ],
)
def test_a_status_keeps_its_word_and_has_a_state(
    sync: ConvexSync, job_id: str, status: str, state: str
) -> None:
    """The caller's word comes back, beside what it stands for."""
    receipt = sync.upsert_job({"id": job_id, "status": status})

    assert ("applied", status, state) == (receipt.outcome, receipt.status, receipt.state)


def test_a_word_of_the_callers_own_needs_its_state(sync: ConvexSync, job_id: str) -> None:
    """Any word may be a status if it is said what it stands for."""
    receipt = sync.upsert_job({"id": job_id, "status": "plating", "state": "running"})

    assert (receipt.status, receipt.state) == ("plating", "running")


def test_a_finished_job_is_not_reopened(sync: ConvexSync, job_id: str) -> None:
    """A late command is answered as stale and changes nothing; its event is kept."""
    sync.upsert_job({"id": job_id, "status": "done", "result": "yes"})
    late = sync.upsert_job({"id": job_id, "status": "processing", "stage": "late", "result": "no"})
    event = sync.record_event(job_id, "late")
    job = sync.fetch_job(job_id)

    assert job is not None
    assert (late.outcome, event.outcome) == ("stale", "applied")
    assert (job.status, job.result, job.stage) == ("done", "yes", None)


def test_saving_the_same_again_changes_nothing(sync: ConvexSync, job_id: str) -> None:
    """A record that is as stored is answered as unchanged, and the time of its change stays."""
    record = {"id": job_id, "status": "processing", "payload": {"a": [1, None]}, "tags": ["x"]}
    sync.upsert_job(record)
    before = sync.fetch_job(job_id)
    receipt = sync.upsert_job(record)

    assert receipt.outcome == "unchanged"
    assert before == sync.fetch_job(job_id)


def test_a_job_that_was_read_can_be_saved_again(sync: ConvexSync, job_id: str) -> None:
    """Reading and saving back is no change, whatever the job holds."""
    sync.upsert_job(
        {"id": job_id, "status": "processing", "progress": 12.5, "run": {"id": "r"}, "$x": [1]}
    )
    job = sync.fetch_job(job_id)

    assert job is not None
    assert sync.upsert_job(job).outcome == "unchanged"
    assert sync.upsert_job(job.to_record()).outcome == "unchanged"


def test_each_field_of_a_job(sync: ConvexSync, job_id: str) -> None:
    """All that a caller may say about a job is kept."""
    said = {
        "type": "render",
        "owner": "org-3",
        "source": "doc-17",
        "name": "Größe",
        "tags": ["a", "b"],
        "parent": "p",
        "visibility": "public",
        "max_attempts": 3,
        "run": {"system": "airflow", "id": "r1", "url": "http://x.test/r1"},
        "stage": "s",
        "message": "m",
        "progress": 40,
        "completed": 2,
        "total": 5,
        "retry_after": 30,
        "result": {"n": [1, 2.5, None]},
        "component": {"assets": {"a.png": None}},
        "telemetry": {"t": 1},
        "error": {"message": "e", "code": 7},
    }
    sync.upsert_job({"id": job_id, "status": "processing", **said})
    job = sync.fetch_job(job_id)

    assert job is not None
    assert said == {key: job.to_record()[key] for key in said}


def test_times_are_the_deployments_but_for_the_creation_that_was_said(
    sync: ConvexSync, job_id: str
) -> None:
    """A job begins and ends on the deployment's clock; a time of creation may be given."""
    created = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    sync.upsert_job(
        {"id": job_id, "status": "processing", "created_at": created.timestamp() * 1000}
    )
    sync.upsert_job({"id": job_id, "status": "done"})
    job = sync.fetch_job(job_id)

    assert job is not None
    assert created == job.created_at
    assert job.started_at is not None
    assert job.finished_at is not None
    assert job.started_at <= job.finished_at <= job.updated_at
    assert job.finished_at - created > timedelta(days=1)


def test_the_public_sees_only_what_is_meant_for_it(sync: ConvexSync, job_id: str) -> None:
    """No type, payload or telemetry; nothing at all of a private job without a token."""
    sync.upsert_job(
        {
            "id": job_id,
            "status": "done",
            "type": "secret",
            "telemetry": {"secret": 1},
            "idea": "secret",
        }
    )
    public = sync.fetch_public(job_id)

    assert public is not None
    assert (public.status, public.state) == ("done", "succeeded")
    assert "secret" not in public.model_dump_json()
