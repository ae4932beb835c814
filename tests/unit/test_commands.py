"""Commands, as they go out."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from pydantic import BaseModel

from jobsync import InvalidFieldError, Job, _commands

WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


class Record(BaseModel):
    id: str
    when: datetime


def test_a_record_goes_out_under_its_own_words() -> None:
    """The deployment alone knows what a word means, so none is changed here but to be encoded."""
    record = {"id": "a", "progress_stage": "s", "status": "done", "$x": None, "n": (1, 2.0)}

    assert _commands.upsert(record) == {
        "kind": "upsert",
        "record": {"id": "a", "progress_stage": "s", "status": "done", "%24x": None, "n": [1, 2.0]},
    }


def test_a_model_is_a_record() -> None:
    """A pydantic model goes out as its JSON form, in which it writes its times itself."""
    assert _commands.upsert(Record(id="a", when=WHEN))["record"] == {
        "id": "a",
        "when": "2026-01-02T03:04:05Z",
    }


def test_a_job_that_was_read_is_a_record() -> None:
    """A job goes out with what is set, times as the wire has them."""
    job = Job(job_id="a", status="done", state="succeeded", created_at=WHEN, updated_at=WHEN, x=1)

    assert {"created_at": 1_767_323_045_000, "job_id": "a", "x": 1}.items() <= (
        _commands.upsert(job)["record"].items()
    )


@pytest.mark.parametrize("record", [None, "a", [("id", "a")], 3])
def test_what_is_no_record_is_refused(record: Any) -> None:
    """The error says what a record is."""
    with pytest.raises(InvalidFieldError, match="must be a dict or a pydantic model"):
        _commands.upsert(record)


def event(**changes: Any) -> _commands.Command:
    fields = {"level": "info", "time": None, "event_id": None, **changes}
    return _commands.event(
        fields.pop("job_id", "a"), "trace", fields.pop("payload", None), **fields
    )


def test_an_event_gets_an_id_once() -> None:
    """Two events differ, and one that is sent again is the same."""
    first, second = event()["eventId"], event()["eventId"]

    assert first != second
    assert event(event_id="mine")["eventId"] == "mine"


def test_an_event_carries_what_was_said_and_no_more() -> None:
    """An absent payload or time is left to the deployment."""
    said = event(payload={"$a": 1}, time=WHEN)

    assert (said["payload"], said["time"]) == ({"%24a": 1}, 1_767_323_045_000)
    assert {"kind", "jobId", "eventId", "event", "level"} == set(event())


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"job_id": 7}, "job_id", "must be text, not a int"),
        ({"event_id": b"x"}, "event_id", "must be text"),
        ({"time": 7.5}, "time", "must be a datetime"),
        ({"time": datetime(2026, 1, 2)}, "time", "aware datetime"),  # noqa: DTZ001 (the point)
        ({"payload": {"a": {1}}}, "payload.a", "set"),
    ],
)
def test_an_event_that_cannot_be_sent_is_refused(
    changes: dict[str, Any], field: str, said: str
) -> None:
    """The error names the argument."""
    with pytest.raises(InvalidFieldError, match=said) as caught:
        event(**changes)

    assert field == caught.value.field


def test_a_file_is_public_only_by_word() -> None:
    """Where nothing is said, the role decides, over there."""
    named, content = {"jobId": "a", "role": "output", "filename": "f"}, {"sha256": "00"}

    assert _commands.asset(named, content, public=None) == {"kind": "asset", **named, **content}
    assert _commands.asset(named, content, public=False)["public"] is False
