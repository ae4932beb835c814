"""Which jobs a list is asked for: what the deployment filters, and what is left for this side."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from jobsync.cli._failure import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobsync import ConvexSync, JobSummary, State


@dataclass(frozen=True)
class Wanted:
    """What the jobs of a list have in common; `None` is no matter."""

    state: State | None = None
    active: bool = False
    type: str | None = None
    owner: str | None = None
    tag: str | None = None
    source: str | None = None
    parent: str | None = None
    text: str | None = None
    """Part of the id or the name, in whatever case."""

    def jobs(self, sync: ConvexSync) -> Iterator[JobSummary]:
        """Go through them, newest first."""
        if self.active:
            if self.state is not None:
                raise UsageError("--active stands for several states: leave out --state.")
            return filter(self._is_alike, sync.active_jobs(owner=self.owner))
        return sync.list_jobs(
            state=self.state,
            type=self.type,
            owner=self.owner,
            tag=self.tag,
            source=self.source,
            parent=self.parent,
            text=self.text,
        )

    def moving_first(self, sync: ConvexSync) -> Iterator[JobSummary]:
        """Go through the active ones: those that run go before all that wait, however many."""
        states: tuple[State, ...] = ("running", "lost", "queued")
        return chain.from_iterable(
            sync.list_jobs(state=state, owner=self.owner, type=self.type) for state in states
        )

    def _is_alike(self, job: JobSummary) -> bool:
        return (
            self.type in {None, job.type}
            and self.source in {None, job.source}
            and self.parent in {None, job.parent}
            and (self.tag is None or self.tag in job.tags)
            and self._has_text(job)
        )

    def _has_text(self, job: JobSummary) -> bool:
        text = (self.text or "").lower()
        return text in job.job_id.lower() or text in (job.name or "").lower()
