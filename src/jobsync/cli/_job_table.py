"""A table of jobs that fits the width of the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.table import Table
from rich.text import Text

from jobsync.cli._job_text import plain, state
from jobsync.cli._times import ago, clock, took

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from jobsync import JobSummary


class _Column(NamedTuple):
    title: str
    cell: Callable[[JobSummary, datetime], Text]
    from_width: int = 0
    """The terminal's width from which on there is room for it."""
    weight: int = 0
    """How long it is spared when there is too little room; 0: it stays whole."""


_COLUMNS = (
    _Column("id", lambda job, _: plain(job.job_id, "bold"), weight=3),
    _Column("type", lambda job, _: plain(job.type or ""), 72, weight=1),
    _Column("state", lambda job, _: state(job)),
    _Column("name", lambda job, _: _name_or_error(job), 80, weight=2),
    _Column("owner", lambda job, _: plain(job.owner or ""), 110, weight=1),
    _Column("source", lambda job, _: plain(job.source or ""), 130, weight=1),
    _Column("took", lambda job, at: Text(_took(job, at)), 64),
    _Column("created", lambda job, at: Text(ago(job.created_at, at), "dim")),
)
GAP = 2


def job_table(jobs: Sequence[JobSummary], width: int, at: datetime) -> Table:
    """Return the columns that there is room for and that say something."""
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="dim")
    columns = {
        column: cells
        for column in _COLUMNS
        if width >= column.from_width and any(cells := [column.cell(job, at) for job in jobs])
    }
    for column, room in zip(columns, _widths(columns, width), strict=True):
        table.add_column(column.title, width=room, no_wrap=True, overflow="ellipsis")
    for row in zip(*columns.values(), strict=True):
        table.add_row(*row)
    return table


def _widths(columns: dict[_Column, list[Text]], room: int) -> list[int]:
    """Take from the widest columns, weighed, until all of them fit."""
    widths = [
        max(len(column.title), *(cell.cell_len for cell in columns[column])) for column in columns
    ]
    weights = [column.weight for column in columns]
    flexible = [at for at, weight in enumerate(weights) if weight]
    while sum(widths) + GAP * len(widths) > room:
        widest = max(flexible, key=lambda at: widths[at] / weights[at])
        if widths[widest] <= len("id"):
            break
        widths[widest] -= 1
    return widths


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
