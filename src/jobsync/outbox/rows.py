"""What lies in the outbox."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from jobsync._wire.values import dumps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .lane_lock import LaneLock

UPLOAD = "upload"
ID_WORDS = ("jobId", "job_id", "id")
"""What `contract/fields.json` lets a record call its job's id."""

Spoken = tuple[str, int | None]
"""A job and the attempt that speaks for it."""

PASSING = frozenset({"progress", "heartbeat"})
"""What does not wait for a file of its job that is still on its way."""


PLACE_BITS = 40


def first_id(lane: int) -> int:
    """Return what is lower than every id of a row in a lane.

    The number of its lane is the high part of a row's id, its place there the low part. So the rows
    of a lane lie together in their order, and need no other index.
    """
    return lane << PLACE_BITS


@dataclass(frozen=True)
class NewRow:
    """A command, or a file to be sent, on its way into the outbox."""

    job: str
    kind: str
    body: str

    @classmethod
    def of(cls, command: Mapping[str, Any]) -> NewRow:
        """Write a command down."""
        job = command.get("jobId")
        if job is None:
            job = job_of(command.get("record", {}))
        return cls(str(job or ""), str(command["kind"]), dumps(command))


@dataclass(frozen=True)
class Row:
    """What waits in a lane; once it was sent, with the number that it has for good."""

    id: int
    job: str
    kind: str
    bytes: int
    body: str = field(repr=False)
    seq: int | None = None

    @property
    def command(self) -> dict[str, Any]:
        """The command, or what was asked for of a file."""
        command: dict[str, Any] = json.loads(self.body)
        return command


@dataclass(frozen=True)
class Parked:
    """A command that the deployment refused for good; it is kept until somebody decides."""

    id: int
    deployment: str
    """The address of the deployment that refused it."""
    job_id: str
    kind: str
    code: str | None
    reason: str
    parked_at: float
    """Seconds since the epoch."""
    command: dict[str, Any] = field(repr=False)


class Merging(NamedTuple):
    """A row of progress that is not numbered yet."""

    row_id: int
    said: dict[str, Any]
    row: NewRow


@dataclass
class Lane:
    """The queue of one writer, as the process sees it that has its lock."""

    number: int
    writer: str
    deployment: str
    lock: LaneLock | None = None
    place: int = 0
    """Of the row that was appended last."""
    cursor: int = 0
    """The highest id up to which every row is numbered, gone, or waits for a file."""
    seen: int = 0
    """The highest that `cursor` ever was."""
    behind: frozenset[str] = frozenset()
    """Jobs of which rows wait in a lane that is to be sent before this one."""
    held: set[str] = field(default_factory=set)
    """Jobs with a transition up to there that waits for a file."""
    merging: dict[Spoken, Merging] = field(default_factory=dict)
    """The rows of progress that may still be changed."""

    def rewind(self) -> None:
        """Look at every row again: a file that some have waited for is there, or given up."""
        self.cursor = 0
        self.held.clear()


@dataclass(frozen=True)
class LaneSummary:
    """What waits in a lane."""

    writer: str
    deployment: str
    queued: int
    bytes: int
    jobs: frozenset[str]


def job_of(record: Any) -> str | None:
    """Return the id that a record names its job with, under whichever of its words."""
    if not isinstance(record, dict):
        return None
    return next((record[word] for word in ID_WORDS if isinstance(record.get(word), str)), None)
