"""What jobsync gives back: frozen values. Times are aware datetimes in UTC."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timezone
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from ._card import Card
from ._clock import to_millis

__all__ = [
    "Asset",
    "AssetPart",
    "Event",
    "Handshake",
    "Job",
    "JobCounts",
    "JobSummary",
    "PublicAsset",
    "PublicJob",
    "Receipt",
    "RetentionRule",
    "Rollup",
    "Run",
    "Share",
    "State",
]

State = Literal["queued", "running", "lost", "succeeded", "failed", "canceled"]
Outcome = Literal["applied", "unchanged", "stale", "duplicate", "refused", "queued"]
Level = Literal["debug", "info", "warning", "error"]

TERMINAL: frozenset[str] = frozenset({"succeeded", "failed", "canceled"})


def _from_millis(value: Any) -> Any:
    if isinstance(value, (int, float)):
        return datetime.fromtimestamp(value / 1000, tz=timezone.utc)
    return value


Time = Annotated[datetime, BeforeValidator(_from_millis), PlainSerializer(to_millis)]


class _Model(BaseModel, frozen=True):
    # Type checkers only see what is frozen in the line above.
    model_config = ConfigDict(extra="ignore", defer_build=True)


class Run(_Model, frozen=True):
    """The run of an orchestrator that a job belongs to."""

    system: str | None = None
    id: str | None = None
    url: str | None = None


class _Identity(_Model, frozen=True):
    """What is known of a job in a list and by itself."""

    job_id: str
    type: str | None = None
    """What kind of job it is, for example `render`."""
    status: str
    """The caller's own word."""
    state: State
    """What the word stands for."""
    owner: str | None = None
    """Whose job it is: a person, an organisation."""
    source: str | None = None
    """What it is about, for example a document's id."""
    name: str | None = None
    """What people call it."""
    tags: tuple[str, ...] = ()
    parent: str | None = None
    """The id of the job that it is a part of."""
    visibility: str = "private"
    """`private`, or `public`: then anybody may see its public view."""
    attempt: int = 1
    """Which attempt it is in, from 1."""
    max_attempts: int = 1
    """How often it may be tried."""
    next_attempt_at: Time | None = None
    """When the next attempt is due, of a job that waits for one."""
    cancel_requested_at: Time | None = None
    """When somebody asked it to stop."""
    cancel_reason: str | None = None
    run: Run | None = None
    retry_after: Any = None
    """The pipeline's own word on when to try again; stored as it is given."""
    created_at: Time
    started_at: Time | None = None
    """When its first attempt began."""
    finished_at: Time | None = None
    """When it ended for good."""
    updated_at: Time
    """When a field of a list changed last; progress does not count."""

    @property
    def finished(self) -> bool:
        """Whether the job has ended for good."""
        return self.state in TERMINAL


class Job(_Identity, frozen=True):
    """A job as it is stored.

    The fields below have one name each; everything else that was saved with the job is there too,
    under its own name: `job["idea"]`, or all of it with `job.to_record()`.
    """

    model_config = ConfigDict(extra="allow")

    stage: str | None = None
    """Which part of the work it is in."""
    message: str | None = None
    """What it says of itself."""
    progress: float | None = None
    """How far it is, from 0 to 100."""
    completed: float | None = None
    """How much is done of `total`."""
    total: float | None = None
    heartbeat_at: Time | None = None
    """When something was last heard of it."""
    lease_expires_at: Time | None = None
    """When it is lost, unless something is heard of it before."""
    error: Any = None
    """What it failed with: a text, or a mapping with `message` and `type`."""
    error_traceback: str | None = None
    """Where the error came from; the public never sees it."""
    result: Any = None
    """What it leaves behind."""
    component: Any = None
    """A manifest; in the public view the file names in its `assets` have their URLs."""
    telemetry: Any = None
    """For those who run it; the public never sees it."""

    def __getitem__(self, key: str) -> Any:
        """Return a field, or a value that was saved with the job."""
        if key in type(self).model_fields:
            return getattr(self, key)
        return (self.model_extra or {})[key]

    def __contains__(self, key: object) -> bool:
        return key in self.model_fields_set

    def get(self, key: str, default: Any = None) -> Any:
        """Return a field or a value that was saved with the job, or `default`."""
        return self[key] if key in self.model_fields_set else default

    def __str__(self) -> str:
        return repr(self._card())

    def _repr_pretty_(self, printer: Any, _is_cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        return self._card().html()

    def _card(self) -> Card:
        return Card(**{field.name: getattr(self, field.name) for field in fields(Card)})

    def to_record(self) -> dict[str, Any]:
        """Return all that is set, as JSON that can be saved again (times: ms since the epoch)."""
        return self.model_dump(exclude_unset=True, mode="json")


class JobSummary(_Identity, frozen=True):
    """A job in a list: who it is and how it stands, without its progress and what it holds."""

    error_message: str | None = None


class JobCounts(_Model, frozen=True):
    """How many jobs are in each state."""

    queued: int
    running: int
    lost: int
    succeeded: int
    failed: int
    canceled: int

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(count for _, count in self)


class Rollup(_Model, frozen=True):
    """What the children of a job make of it."""

    job_id: str
    progress: float | None = None
    """The mean of theirs, where one that succeeded counts as 100; `None` if there are none."""
    counts: JobCounts
    partial: bool = False
    """Whether there are more of them than were looked at: the newest 1,000."""


class RetentionRule(_Model, frozen=True):
    """For how many days jobs are kept that ended in a state."""

    state: Literal["succeeded", "failed", "canceled"]
    type: str | None = None
    """`None`: those of every type that has no rule of its own."""
    days: int


class Share(_Model, frozen=True):
    """What shows one job to whoever has the token."""

    share_id: str
    token: str = Field(repr=False)
    expires_at: Time
    link: str | None = Field(None, repr=False)
    """Where a person sees the job; `None` where the deployment does not know of a page."""


class AssetPart(_Model, frozen=True):
    """A part of a file, which is all of them one after the other."""

    url: str | None = None
    bytes: int
    sha256: str


class PublicAsset(_Model, frozen=True):
    """A file of a job as the public may see it."""

    role: str
    filename: str
    url: str | None = None
    content_type: str | None = None
    bytes: int
    part_count: int | None = None
    parts: tuple[AssetPart, ...] | None = None
    """Those of a file in parts, which has no `url`; `None` too where there are over 1,000."""


class PublicJob(_Model, frozen=True):
    """A job as the public may see it."""

    job_id: str
    name: str | None = None
    status: str
    state: State
    stage: str | None = None
    message: str | None = None
    progress: float | None = None
    retry_after: Any = None
    error: str | None = None
    result: Any = None
    component: Any = None
    """Its `assets` name the URLs of the files."""
    assets: tuple[PublicAsset, ...] = ()
    created_at: Time
    started_at: Time | None = None
    finished_at: Time | None = None
    updated_at: Time


class Asset(_Model, frozen=True):
    """A file of a job. Size, hash and content type are those of the stored bytes.

    One that went up in parts has these instead of a `storage_id` and a `url`; the deployment has
    compared their hashes, and `sha256` is the whole file's as its uploader said.
    """

    job_id: str
    role: str
    filename: str
    storage_id: str | None = None
    url: str | None = None
    content_type: str | None = None
    bytes: int
    sha256: str
    part_count: int | None = None
    parts: tuple[AssetPart, ...] | None = Field(None, repr=False)
    public: bool
    created_at: Time


class Event(_Model, frozen=True):
    """Something that happened to a job."""

    job_id: str
    event_id: str
    kind: str
    level: Level = "info"
    payload: Any = None
    time: Time


class Handshake(_Model, frozen=True):
    """What a deployment says of itself."""

    protocol: int
    """The version of the contract that its functions keep."""
    version: str
    """The version of jobsync that its functions are from."""
    server_time: Time


class Receipt(_Model, frozen=True):
    """What the deployment did with a command.

    `applied`; `unchanged`, as it was so already; `stale`, as the job has moved on (late, or of an
    older attempt); `duplicate`, as it had been done before; `queued`, if it does not have it yet
    (`delivery="background"`).
    """

    outcome: Outcome
    job_id: str | None = None
    status: str | None = None
    state: State | None = None
    attempt: int | None = None
    cancel_requested: bool = False
    """Somebody asked the job to stop, and it has not yet."""
    next_attempt_at: Time | None = None
    """When the job is to be tried again, if it is."""
