"""The part of `ConvexSync` that finds jobs and counts them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from . import _commands, _pages
from ._wire import names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .models import Job, JobCounts, JobSummary, Rollup, State


class ListCalls(ABC):
    """Lists go from the newest job to the oldest; their pages are fetched as they are needed."""

    @abstractmethod
    def _read(self, path: str, args: Mapping[str, Any]) -> Any: ...

    @abstractmethod
    def _query(self, path: str, args: Mapping[str, Any]) -> Any: ...

    def list_jobs(
        self,
        *,
        owner: str | None = None,
        type: str | None = None,  # noqa: A002 (the field's name)
        state: State | None = None,
        tag: str | None = None,
        source: str | None = None,
        parent: str | None = None,
        text: str | None = None,
    ) -> Iterator[JobSummary]:
        """Go through the jobs that are as was said, and have `text` in their id or name."""
        filters = {
            "owner": owner,
            "type": type,
            "state": state,
            "tag": tag,
            "source": source,
            "parent": parent,
            "text": text,
        }
        return self._jobs("jobs:list", filters)

    def active_jobs(self, *, owner: str | None = None) -> Iterator[JobSummary]:
        """Go through the jobs that have not ended: queued, running and lost ones."""
        return self._jobs("jobs:active", {"owner": owner})

    def jobs_of_source(self, source: str) -> Iterator[JobSummary]:
        """Go through the jobs about something, for example a document."""
        return self._jobs("jobs:list", {"source": _commands.text(source, "source")})

    def latest_of_source(self, source: str) -> Job | None:
        """Return the newest job about something, or `None` if there was none."""
        args = {"source": _commands.text(source, "source")}
        answer = self._read("jobs:getBySource", args)
        return None if answer is None else names.job(answer)

    def rollup(self, job_id: str) -> Rollup:
        """Return how far a job is by its children's progress, and how many are in each state."""
        answer = self._query("jobs:rollup", {"jobId": _commands.text(job_id, "job_id")})
        return names.rollup(answer)

    def stats(
        self,
        *,
        owner: str | None = None,
        type: str | None = None,  # noqa: A002 (the field's name)
    ) -> JobCounts:
        """Count the jobs in each state: of an owner, of a type, of both, or all of them."""
        return names.counts(self._query("jobs:stats", _said({"owner": owner, "type": type})))

    def _jobs(self, path: str, filters: dict[str, str | None]) -> Iterator[JobSummary]:
        return map(names.job_summary, _pages.items(path, _said(filters), self._query))


def _said(filters: dict[str, str | None]) -> dict[str, str]:
    return {
        name: _commands.text(value, name) for name, value in filters.items() if value is not None
    }
