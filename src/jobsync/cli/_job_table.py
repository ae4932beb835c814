"""A table of jobs that fits the width of the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

from jobsync.cli._columns import Column, table_of
from jobsync.cli._job_text import plain, state
from jobsync.cli._times import ago, clock, took

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from rich.table import Table

    from jobsync import JobSummary


class _Kind(NamedTuple):
    title: str
    cell: Callable[[JobSummary, datetime], Text]
    from_width: int = 0
    """The terminal's width from which on there is room for it."""
    weight: int = 0


_KINDS = (
    _Kind("id", lambda job, _: plain(job.job_id, "bold"), weight=3),
    _Kind("type", lambda job, _: plain(job.type or ""), 72, weight=1),
    _Kind("state", lambda job, _: state(job)),
    _Kind("name", lambda job, _: _name_or_error(job), 80, weight=2),
    _Kind("owner", lambda job, _: plain(job.owner or ""), 110, weight=1),
    _Kind("source", lambda job, _: plain(job.source or ""), 130, weight=1),
    _Kind("took", lambda job, at: Text(_took(job, at)), 64),
    _Kind("created", lambda job, at: Text(ago(job.created_at, at), "dim")),
)


def job_table(jobs: Sequence[JobSummary], width: int, at: datetime) -> Table:
    """Return the columns that there is room for and that say something."""
    columns = [
        Column(cells, kind.title, kind.weight)
        for kind in _KINDS
        if width >= kind.from_width and any(cells := [kind.cell(job, at) for job in jobs])
    ]
    return table_of(columns, width)


def _name_or_error(job: JobSummary) -> Text:
    if job.state == "failed" and job.error_message:
        return plain(job.error_message, "red")
    return plain(job.name or "")


def _took(job: JobSummary, at: datetime) -> str:
    time = took(job.started_at, job.finished_at, at)
    return "" if time is None else clock(time.total_seconds())


def job_cells(job: JobSummary) -> tuple[object, ...]:
    """Return what a line for a program says of a job."""
    return (
        job.job_id,
        job.type,
        job.state,
        job.attempt,
        job.name,
        job.owner,
        job.source,
        job.created_at.isoformat(),
        job.finished_at and job.finished_at.isoformat(),
        job.error_message,
    )
