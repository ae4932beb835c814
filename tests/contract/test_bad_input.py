"""What cannot be stored is refused with the field's name, and leaves nothing behind."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from jobsync import (
    InvalidFieldError,
    JobsyncError,
    TooLargeError,
    UnknownStatusError,
)

if TYPE_CHECKING:
    from jobsync import ConvexSync

BAD_FIELDS: list[tuple[dict[str, Any], type[JobsyncError], str]] = [
    ({"status": "weird"}, UnknownStatusError, "weird"),
    ({"status": ""}, JobsyncError, "status"),
    ({"status": 3}, InvalidFieldError, "status"),
    ({"state": "asleep"}, InvalidFieldError, "state"),
    ({"progress": 101}, InvalidFieldError, "progress"),
    ({"progress": -1}, InvalidFieldError, "progress"),
    ({"progress": "half"}, InvalidFieldError, "progress"),
    ({"progress": float("nan")}, InvalidFieldError, "progress"),
    ({"stage": "x" * 257}, InvalidFieldError, "stage"),
    ({"message": "x" * 4001}, InvalidFieldError, "message"),
    ({"tags": ["x"] * 51}, InvalidFieldError, "tags"),
    ({"tags": "x"}, InvalidFieldError, "tags"),
    ({"visibility": "hidden"}, InvalidFieldError, "visibility"),
    ({"max_attempts": 0}, InvalidFieldError, "maxAttempts"),
    ({"created_at": "yesterday"}, InvalidFieldError, "createdAt"),
    ({"jobId": "another"}, InvalidFieldError, "jobId"),
    ({"when": datetime(2026, 1, 2, tzinfo=timezone.utc)}, InvalidFieldError, "when"),
    ({"items": [{"tags": {1, 2}}]}, InvalidFieldError, "items[0].tags"),
    ({"array": np.zeros(3)}, InvalidFieldError, "array"),
    ({"blob": b"x"}, InvalidFieldError, "blob"),
    ({"large": 2**53 + 1}, InvalidFieldError, "large"),
    ({"half": "\ud800"}, InvalidFieldError, "half"),
    ({"error": "x" * 1_000_000}, TooLargeError, "error"),
    ({"error": ["x" * 100] * 10_000}, TooLargeError, "error"),
]


@pytest.mark.parametrize(
    ("bad", "kind", "named"), BAD_FIELDS, ids=[str(b[0])[:40] for b in BAD_FIELDS]
)
@pytest.mark.parametrize("is_there", [False, True], ids=["new", "there"])
def test_a_bad_field_is_named_and_nothing_is_stored(
    sync: ConvexSync,
    job_id: str,
    bad: dict[str, Any],
    kind: type[JobsyncError],
    named: str,
    is_there: bool,
) -> None:
    """The error has its class and names the field; good fields beside it are not stored either."""
    if is_there:
        sync.upsert_job({"id": job_id, "stage": "before"})
    before = sync.fetch_job(job_id)

    with pytest.raises(kind) as caught:
        sync.upsert_job({"id": job_id, "message": "beside", **bad})

    assert named in str(caught.value)
    assert len(str(caught.value)) < 600
    assert before == sync.fetch_job(job_id)


@pytest.mark.parametrize(
    "job_id",
    [None, "", 7, "x" * 10_000, "a\nb", ["a"], "x" * 257],
    ids=lambda value: str(value)[:20],
)
def test_a_bad_id_is_refused(sync: ConvexSync, job_id: Any) -> None:
    """An id is text of 1 to 256 characters; the error says so wherever one is passed."""
    with pytest.raises(InvalidFieldError, match="jobId"):
        sync.upsert_job({"id": job_id, "status": "done"})
    with pytest.raises(InvalidFieldError, match=r"jobId|job_id"):
        sync.record_event(job_id, "trace")


def test_a_record_without_an_id_is_refused(sync: ConvexSync) -> None:
    """The error says which words may name the job."""
    with pytest.raises(InvalidFieldError, match="job_id or id"):
        sync.upsert_job({"status": "done"})


def test_an_unknown_status_lists_those_that_are_known(sync: ConvexSync, job_id: str) -> None:
    """Whoever mistypes sees the words."""
    with pytest.raises(UnknownStatusError) as caught:
        sync.upsert_job({"id": job_id, "status": "Done"})

    assert {"done", "processing", "queued", "error"} <= set(caught.value.known)


def test_too_large_a_job_says_how_large_it_may_be(sync: ConvexSync, job_id: str) -> None:
    """The error has the size, the limit, and the way out; so many fields cannot go to files."""
    fields = {f"field {number}": "x" * 1000 for number in range(1500)}
    with pytest.raises(TooLargeError, match="asset") as caught:
        sync.upsert_job({"id": job_id, **fields})

    assert caught.value.size is not None
    assert caught.value.limit == 900 * 1024
    assert caught.value.size > caught.value.limit


@pytest.mark.parametrize(
    ("kind", "options", "named"),
    [
        ("", {}, "event"),
        ("x" * 101, {}, "event"),
        ("trace", {"level": "loud"}, "level"),
        ("trace", {"event_id": ""}, "eventId"),
        ("trace", {"payload": {"a": object()}}, "payload.a"),
    ],
    ids=["no kind", "long kind", "level", "event id", "object"],
)
def test_a_bad_event_is_refused_and_not_recorded(
    sync: ConvexSync, job_id: str, kind: str, options: dict[str, Any], named: str
) -> None:
    """The error names the field."""
    sync.upsert_job({"id": job_id})
    with pytest.raises(InvalidFieldError, match=named):
        sync.record_event(job_id, kind, **options)

    assert list(sync.list_events(job_id)) == []


def test_numpy_scalars_are_numbers(sync: ConvexSync, job_id: str) -> None:
    """A numpy scalar is stored as the number that it is, never as bytes."""
    sync.upsert_job(
        {"id": job_id, "progress": np.float32(12.5), "n": np.int64(7), "b": np.bool_(1)}
    )
    job = sync.fetch_job(job_id)

    assert job is not None
    assert (job.progress, job["n"], job["b"]) == (12.5, 7, True)
