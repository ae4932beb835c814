"""Events of a job."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

import pytest

from jobsync import JobNotFoundError

if TYPE_CHECKING:
    from jobsync import ConvexSync


def test_events_come_back_oldest_first(sync: ConvexSync, job_id: str) -> None:
    """More events than a page has come in the order of their recording, with what was said."""
    sync.upsert_job({"id": job_id})
    for step in range(230):
        sync.record_event(job_id, "trace", {"step": step, "$k": None})

    events = list(sync.list_events(job_id))
    assert [{"step": step, "$k": None} for step in range(230)] == [
        event.payload for event in events
    ]
    assert {("trace", "info", job_id)} == {(e.kind, e.level, e.job_id) for e in events}


def test_events_can_be_read_from_the_newest_back(sync: ConvexSync, job_id: str) -> None:
    """The last of many are found without reading them all."""
    sync.upsert_job({"id": job_id})
    for step in range(210):
        sync.record_event(job_id, "trace", step)

    events = sync.list_events(job_id, newest_first=True)

    assert [event.payload for event in events] == list(reversed(range(210)))


def test_an_event_has_the_time_and_level_that_were_given(sync: ConvexSync, job_id: str) -> None:
    """A time of the caller's is kept to the microsecond."""
    when = datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=timezone.utc)
    sync.upsert_job({"id": job_id})
    sync.record_event(job_id, "warned", level="warning", time=when)
    (event,) = sync.list_events(job_id)

    assert ("warning", when, None) == (event.level, event.time, event.payload)


def test_an_event_that_was_recorded_before_changes_nothing(sync: ConvexSync, job_id: str) -> None:
    """An id of the caller's own makes recording repeatable."""
    sync.upsert_job({"id": job_id})
    outcomes = [sync.record_event(job_id, "once", event_id="e1").outcome for _ in range(2)]

    assert outcomes[0] == "applied"
    assert outcomes[1] in {"unchanged", "duplicate"}
    assert len(list(sync.list_events(job_id))) == 1


def test_an_event_needs_its_job(sync: ConvexSync, job_id: str) -> None:
    """Nothing is recorded for a job that does not exist."""
    with pytest.raises(JobNotFoundError):
        sync.record_event(job_id, "trace")
