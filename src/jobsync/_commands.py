"""The commands of the contract, built from what a caller passed.

The deployment judges what a record means. Here only that is checked which it could not see any
more: what Python values become on the way.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ._clock import to_millis
from ._wire.plain import to_plain
from ._wire.values import encode
from .errors import InvalidFieldError

if TYPE_CHECKING:
    from pydantic import BaseModel

Command = dict[str, Any]


def upsert(record: Mapping[str, Any] | BaseModel) -> Command:
    """Build the command that creates a job, or changes the fields that the record has."""
    fields = record if isinstance(record, Mapping) else _model_fields(record)
    return {"kind": "upsert", "record": encode(to_plain(fields, ""))}


def event(
    job_id: str,
    kind: str,
    payload: Any,
    *,
    level: str,
    time: datetime | None,
    event_id: str | None,
) -> Command:
    """Build the command that records an event; its id is made here, once."""
    command: Command = {
        "kind": "event",
        "jobId": text(job_id, "job_id"),
        "eventId": secrets.token_hex(16) if event_id is None else text(event_id, "event_id"),
        "event": text(kind, "kind"),
        "level": text(level, "level"),
    }
    if payload is not None:
        command["payload"] = encode(to_plain(payload, "payload"))
    if time is not None:
        command["time"] = _millis(time)
    return command


def asset(named: dict[str, str], content: dict[str, Any], *, public: bool | None) -> Command:
    """Build the command that gives a job stored content: a file, parts, or what it has."""
    command: Command = {"kind": "asset", **named, **content}
    if public is not None:
        command["public"] = public
    return command


def job(job_id: str) -> dict[str, str]:
    """Return the argument that names a job."""
    checked = text(job_id, "job_id")
    if not checked:
        raise InvalidFieldError.of("job_id", "is empty; pass the id of a job")
    return {"jobId": checked}


def text(value: Any, field: str) -> str:
    """Return a field that has to be text."""
    if not isinstance(value, str):
        raise InvalidFieldError.of(field, f"must be text, not a {type(value).__name__}")
    return str(to_plain(value, field))


def _model_fields(record: Any) -> Mapping[str, Any]:
    from pydantic import BaseModel

    from .models import Job

    if isinstance(record, Job):
        return record.to_record()
    if isinstance(record, BaseModel):
        return record.model_dump(mode="json")
    raise InvalidFieldError.of(
        "record", f"must be a dict or a pydantic model, not a {type(record).__name__}"
    )


def _millis(time: Any) -> float | int:
    if not isinstance(time, datetime):
        raise InvalidFieldError.of("time", f"must be a datetime, not a {type(time).__name__}")
    if time.tzinfo is None:
        raise InvalidFieldError.of(
            "time",
            "has no time zone; pass an aware datetime, for example datetime.now(timezone.utc)",
        )
    return to_millis(time)
