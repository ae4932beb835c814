"""The commands that take a job through its life, built from what a caller passed.

Which move is allowed is for the deployment to decide; `attempt` lets it tell a late command from
one of now.
"""

from __future__ import annotations

import math
import uuid
from typing import TYPE_CHECKING, Any

from ._commands import Command, text, upsert
from ._failures import describe
from ._wire.plain import to_plain
from ._wire.values import encode
from .errors import InvalidFieldError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def create(  # noqa: PLR0913 (the fields of a job)
    type: str,  # noqa: A002 (the field's name)
    *,
    job_id: str | None = None,
    source: str | None = None,
    owner: str | None = None,
    name: str | None = None,
    tags: Iterable[str] = (),
    parent: str | None = None,
    max_attempts: int = 1,
    visibility: str = "private",
    record: Mapping[str, Any] | None = None,
) -> Command:
    """Build the command that creates a job unless it is there; its id is made here, once."""
    said = {"source": source, "owner": owner, "name": name, "parent": parent}
    fields = {
        "id": uuid.uuid4().hex if job_id is None else text(job_id, "job_id"),
        "type": text(type, "type"),
        "tags": _tags(tags),
        "max_attempts": max_attempts,
        "visibility": visibility,
        **{key: text(value, key) for key, value in said.items() if value is not None},
    }
    return {"kind": "create", "record": upsert({**_extra(record), **fields})["record"]}


def start(job_id: str, attempt: int | None = None, lease: float | None = None) -> Command:
    """Build the command that begins an attempt, with a lease of so many seconds."""
    command = _about("start", job_id, attempt)
    if lease is not None:
        command["leaseMs"] = millis("lease", lease)
    return command


def claim(type: str, lease: float) -> Command:  # noqa: A002 (the field's name)
    """Build the command that begins the next queued job of a type, whichever that is."""
    return {"kind": "claim", "type": text(type, "type"), "leaseMs": millis("lease", lease)}


def progress(job_id: str, attempt: int | None, fields: Mapping[str, Any]) -> Command:
    """Build the command that says how far a job is."""
    return {**_about("progress", job_id, attempt), **fields}


def heartbeat(job_id: str, attempt: int | None = None) -> Command:
    """Build the command that says that a job is alive."""
    return _about("heartbeat", job_id, attempt)


def complete(job_id: str, attempt: int | None = None, result: Any = None) -> Command:
    """Build the command that ends a job well."""
    command = _about("complete", job_id, attempt)
    if result is not None:
        command["result"] = encode(to_plain(result, "result"))
    return command


def fail(
    job_id: str,
    attempt: int | None = None,
    error: Any = None,
    *,
    retryable: bool = True,
    retry_after: float | None = None,
) -> Command:
    """Build the command that ends an attempt badly."""
    command = {**_about("fail", job_id, attempt), "retryable": bool(retryable)}
    if isinstance(error, BaseException):
        error = describe(error)
    if error is not None:
        command["error"] = encode(to_plain(error, "error"))
    if retry_after is not None:
        command["retryAfterMs"] = millis("retry_after", retry_after)
    return command


def cancel(
    job_id: str, attempt: int | None = None, reason: str | None = None, *, done: bool = False
) -> Command:
    """Build the command that asks a job to stop or, when `done`, says that it has."""
    command = _about("cancel", job_id, attempt)
    if reason is not None:
        command["reason"] = text(reason, "reason")
    if done:
        command["done"] = True
    return command


def retry(job_id: str) -> Command:
    """Build the command that gives a job that did not succeed another attempt."""
    return _about("retry", job_id, None)


def set_run(job_id: str, run: Mapping[str, str | None]) -> Command:
    """Build the command that links a job to the run of an orchestrator."""
    said = {key: text(value, key) for key, value in run.items() if value is not None}
    return {**_about("setRun", job_id, None), "run": said}


def advance(
    percent: float | None = None,
    *,
    completed: float | None = None,
    total: float | None = None,
    message: str | None = None,
    stage: str | None = None,
) -> dict[str, Any]:
    """Return the fields of a progress command; what is `None` was not said and stays as it is.

    A percentage that was not said follows from `completed` and `total`.
    """
    # Written out, since this is what a loop calls.
    fields: dict[str, Any] = {}
    if percent is not None:
        fields["progress"] = _amount("progress", percent)
    if completed is not None:
        fields["completed"] = _amount("completed", completed)
    if total is not None:
        fields["total"] = _amount("total", total)
    if message is not None:
        fields["message"] = text(message, "message")
    if stage is not None:
        fields["stage"] = text(stage, "stage")
    if "progress" not in fields and "completed" in fields and fields.get("total", 0) > 0:
        fields["progress"] = min(100.0, 100.0 * fields["completed"] / fields["total"])
    elif fields.get("progress", 0) > 100:  # noqa: PLR2004 (percent)
        raise InvalidFieldError.of("progress", f"is {percent}; it goes from 0 to 100")
    return fields


def millis(field: str, seconds: Any) -> int:
    """Return a duration as the wire has it."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        given = type(seconds).__name__
        raise InvalidFieldError.of(field, f"must be a number of seconds, not a {given}")
    if not math.isfinite(seconds) or seconds < 0:
        raise InvalidFieldError.of(field, f"is {seconds}; pass seconds, from 0")
    return round(seconds * 1000)


def _about(kind: str, job_id: str, attempt: int | None) -> Command:
    command: Command = {"kind": kind, "jobId": text(job_id, "job_id")}
    if attempt is not None:
        command["attempt"] = _count("attempt", attempt)
    return command


def _count(field: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidFieldError.of(field, f"is {value!r}; it must be a whole number from 1")
    return value


def _extra(record: Any) -> Mapping[str, Any]:
    return {} if record is None else record


def _tags(tags: Iterable[str]) -> list[str]:
    # Text is iterable too, and would become a tag for each letter.
    if isinstance(tags, str):
        raise InvalidFieldError.of("tags", f"must be a list of texts; pass [{tags!r}]")
    return [text(tag, f"tags[{place}]") for place, tag in enumerate(tags)]


def _amount(field: str, value: Any) -> float:
    number = to_plain(value, field)
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise InvalidFieldError.of(field, f"must be a number, not a {type(value).__name__}")
    if number < 0:
        raise InvalidFieldError.of(field, f"is {number}; it cannot be less than 0")
    return number
