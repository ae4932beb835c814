"""From the names on the wire (camel case) to those of the models (snake case).

The models are imported with the first answer: pydantic takes longer than the rest of jobsync, and a
program that only imports it should not wait.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from jobsync.errors import UnexpectedResponseError

from .values import decode

if TYPE_CHECKING:
    from pydantic import BaseModel

    from jobsync.models import (
        Asset,
        AssetPart,
        Event,
        Handshake,
        Job,
        JobCounts,
        JobSummary,
        PublicJob,
        Receipt,
        RetentionRule,
        Rollup,
        Share,
    )

_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")
M = TypeVar("M", bound="BaseModel")
_ENCODED = ("error", "result", "component", "telemetry")


def snake(name: str) -> str:
    """Return `maxAttempts` as `max_attempts`."""
    return _HUMP.sub(lambda hump: f"_{hump[1].lower()}", name)


def job(answer: Any) -> Job:
    """Read a JobRecord."""
    from jobsync.models import Job

    record = _fields(answer, "a job")
    payload = decode(record.pop("payload", None)) or {}
    known = {key: value for key, value in record.items() if key in Job.model_fields}
    return _build(Job, {**payload, **_decoded(known)}, "a job")


def job_summary(answer: Any) -> JobSummary:
    """Read a JobSummary."""
    from jobsync.models import JobSummary

    return _build(JobSummary, _fields(answer, "a job"), "a job")


def counts(answer: Any) -> JobCounts:
    """Read how many jobs there are."""
    from jobsync.models import JobCounts

    return _build(JobCounts, _fields(answer, "counts"), "counts")


def rollup(answer: Any) -> Rollup:
    """Read what the children of a job make of it."""
    from jobsync.models import Rollup

    return _build(Rollup, _fields(answer, "a rollup"), "a rollup")


def retention_rule(answer: Any) -> RetentionRule:
    """Read how long some jobs are kept."""
    from jobsync.models import RetentionRule

    return _build(RetentionRule, _fields(answer, "a rule"), "a rule")


def handshake(answer: Any) -> Handshake:
    """Read what a deployment says of itself."""
    from jobsync.models import Handshake

    return _build(Handshake, _fields(answer, "a handshake"), "a handshake")


def share(answer: Any) -> Share:
    """Read a share."""
    from jobsync.models import Share

    return _build(Share, _fields(answer, "a share"), "a share")


def public_job(answer: Any) -> PublicJob:
    """Read a PublicJob."""
    from jobsync.models import PublicJob

    record = _decoded(_fields(answer, "a public job"))
    record["assets"] = [_asset_fields(asset) for asset in record.get("assets", ())]
    return _build(PublicJob, record, "a public job")


def asset(answer: Any) -> Asset:
    """Read an Asset."""
    from jobsync.models import Asset

    return _build(Asset, _asset_fields(answer), "an asset")


def asset_part(answer: Any) -> AssetPart:
    """Read a part of an asset."""
    from jobsync.models import AssetPart

    return _build(AssetPart, _fields(answer, "a part"), "a part")


def event(answer: Any) -> Event:
    """Read an event."""
    from jobsync.models import Event

    record = _fields(answer, "an event")
    record["kind"] = record.pop("event", None)
    record["payload"] = decode(record.get("payload"))
    return _build(Event, record, "an event")


def receipt(answer: Any) -> Receipt:
    """Read a receipt."""
    from jobsync.models import Receipt

    return _build(Receipt, _fields(answer, "a receipt"), "a receipt")


def _asset_fields(answer: Any) -> dict[str, Any]:
    record = _fields(answer, "an asset")
    if (parts := record.get("parts")) is not None:
        record["parts"] = [_fields(part, "a part") for part in parts]
    return record


def _fields(answer: Any, what: str) -> dict[str, Any]:
    if not isinstance(answer, Mapping):
        message = f"The deployment sent a {type(answer).__name__} where {what} was expected."
        raise UnexpectedResponseError(message)
    return {snake(key): value for key, value in answer.items()}


def _decoded(record: dict[str, Any]) -> dict[str, Any]:
    return {key: decode(value) if key in _ENCODED else value for key, value in record.items()}


def _build(model: type[M], fields: dict[str, Any], what: str) -> M:
    from pydantic import ValidationError

    try:
        return model.model_validate(fields)
    except ValidationError as error:
        where = ", ".join(".".join(map(str, e["loc"])) for e in error.errors(include_input=False))
        message = f"The deployment sent {what} that this version cannot read (fields: {where})."
        raise UnexpectedResponseError(message) from None
