"""What jobsync gives back."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from jobsync import Job, State, models

LIFECYCLE = json.loads((Path(__file__).parents[2] / "contract" / "lifecycle.json").read_text())
WHEN = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=timezone.utc)


def job(**fields: object) -> Job:
    base = {"job_id": "a", "status": "done", "state": "succeeded", "created_at": 0, "updated_at": 0}
    return Job.model_validate({**base, **fields})


def test_states_and_terminal_states_are_those_of_the_contract() -> None:
    """Both languages mean the same by a state, and by the end of a job."""
    assert LIFECYCLE["states"] == list(get_args(State))
    assert set(LIFECYCLE["terminal"]) == models.TERMINAL


@pytest.mark.parametrize("state", LIFECYCLE["states"])
def test_a_job_knows_whether_it_has_ended(state: str) -> None:
    """`finished` is true of the terminal states only."""
    assert (state in LIFECYCLE["terminal"]) == job(state=state).finished


def test_a_job_cannot_be_changed() -> None:
    """A snapshot stays what it was."""
    with pytest.raises(ValidationError):
        job().status = "error"  # type: ignore[misc]


def test_payload_may_have_any_name() -> None:
    """A key that is also the name of a method or of nothing in Python is reached by its key."""
    names = {"copy": 1, "to_record": 2, "model_fields": 3, "a-b": 4, "": 5, "payload": {"x": 6}}
    found = job(**names)

    assert names == {name: found[name] for name in names}
    assert found.payload == {"x": 6}


def test_a_missing_key_is_a_key_error_and_get_has_a_default() -> None:
    """A job behaves like a mapping where it is asked for a key."""
    assert (job().get("idea"), job().get("idea", 7)) == (None, 7)
    with pytest.raises(KeyError, match="idea"):
        job()["idea"]


def test_a_field_that_is_not_set_is_none_and_not_in_the_record() -> None:
    """What was never said about a job is absent from its record, and what was cleared too."""
    assert job().stage is None
    assert job()["stage"] is None
    assert {"job_id", "status", "state", "created_at", "updated_at"} == set(job().to_record())


def test_a_record_holds_plain_json() -> None:
    """A record can be written as JSON; times are milliseconds since the epoch, as on the wire."""
    record = job(created_at=1_500_000_000_000.25, tags=["x"], run={"id": "r"}, n=[1]).to_record()

    assert record == json.loads(json.dumps(record))
    assert {
        "created_at": 1_500_000_000_000.25,
        "tags": ["x"],
        "run": {"id": "r"},
        "n": [1],
    }.items() <= (record.items())


@pytest.mark.parametrize("offset", [0, 5.5, -8])
def test_millis_and_back(offset: float) -> None:
    """A time in any zone keeps its moment on the wire."""
    there = WHEN.astimezone(timezone(timedelta(hours=offset)))

    assert models.to_millis(there) == 1_767_323_045_678
    assert job(created_at=models.to_millis(there)).created_at == WHEN


def test_microseconds_are_kept() -> None:
    """A time does not lose what lies below a millisecond."""
    fine = WHEN + timedelta(microseconds=250)

    assert fine == job(created_at=models.to_millis(fine)).created_at
