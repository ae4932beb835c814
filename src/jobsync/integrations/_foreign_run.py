"""What the run of a task in somebody's tool says of itself, in the words of a job."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 256
LONGEST_URL = 2048
MOST_TAGS = 50


@dataclass(frozen=True)
class ForeignRun:
    """The run of a task, as its tool tells it; `describe` may return a changed copy."""

    system: str
    """The tool."""
    id: str
    """What the tool calls the run, the same in each attempt."""
    type: str
    """Which task it is."""
    attempt: int = 1
    """Which try it is by the tool's own count."""
    again: bool = False
    """Whether the tool says that it began the run before, though it does not count that."""
    max_attempts: int = 1
    """How often the tool tries the run if its process is killed."""
    is_limited: bool = False
    """Whether the tool only allows for more tries than before if a person runs it again."""
    url: str | None = None
    """Where a person sees the run in the tool."""
    name: str | None = None
    owner: str | None = None
    source: str | None = None
    parent: str | None = None
    tags: tuple[str, ...] = ()
    record: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the job that are the caller's own."""
    params: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What the run was called with, for `describe` to look at; it is not stored."""

    @property
    def job_id(self) -> str:
        """The id of the job."""
        return job_id(self.system, self.id)

    def fields(self) -> dict[str, Any]:
        """Return what is said of the job when it is made, within its limits."""
        said = {
            "source": self.source,
            "owner": self.owner,
            "name": self.name,
            "parent": self.parent,
        }
        return {
            "max_attempts": self.max_attempts,
            "tags": [tag[:LONGEST] for tag in self.tags[:MOST_TAGS]],
            "record": {**self.record, "run": self.link()},
            **{key: value[:LONGEST] for key, value in said.items() if value},
        }

    def link(self) -> dict[str, str]:
        """Return what links the job to the run."""
        said = {"system": self.system, "id": self.id[:LONGEST]}
        # A part of a link leads nowhere.
        is_usable = self.url is not None and len(self.url) <= LONGEST_URL
        return {**said, "url": str(self.url)} if is_usable else said


def job_id(system: str, run_id: str) -> str:
    """Return the id of the job of a run."""
    whole = f"{system}:{run_id}"
    if len(whole) <= LONGEST:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:16]
    return f"{whole[: LONGEST - len(digest) - 1]}-{digest}"
