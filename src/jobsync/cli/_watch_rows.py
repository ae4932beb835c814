"""A job on its way, as lines with a bar: a line each for several, more of one that is alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from jobsync.cli._job_text import (
    STATE_STYLE,
    bar,
    doing,
    error_message,
    percent,
    plain,
    progress,
    state,
)
from jobsync.cli._times import clock, took

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rich.console import RenderableType

    from jobsync import Job

NOT_YET = Text("waiting for it to be created", "dim")


def alone(job_id: str, job: Job | None, at: datetime) -> RenderableType:
    """Return the only job: who it is, a bar over the whole width, and what it is at."""
    if job is None:
        return Text("  ").join([plain(job_id, "bold"), NOT_YET])
    head = Table.grid(padding=(0, 2, 0, 0), expand=True)
    head.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    head.add_column(no_wrap=True)
    head.add_column(no_wrap=True)
    who = Text("  ").join([plain(job_id, "bold"), plain(job.name or "")])
    head.add_row(who, state(job), _time(job, at))
    line = Table.grid(padding=(0, 2, 0, 0), expand=True)
    line.add_column(ratio=1)
    line.add_column(no_wrap=True, justify="right")
    line.add_row(bar(job), progress(job))
    at_work = doing(job)
    return Group(head, line, *([] if job.finished or not at_work else [at_work]))


def several(rows: Sequence[tuple[str, Job | None]], width: int, at: datetime) -> Table:
    """Return jobs, a line each."""
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(no_wrap=True, overflow="ellipsis", max_width=max(12, 2 * width // 5))
    table.add_column(width=max(8, min(30, width // 5)))
    table.add_column(no_wrap=True, justify="right", min_width=5)
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column(no_wrap=True, justify="right")
    for job_id, job in rows:
        if job is None:
            table.add_row(plain(job_id, "bold"), Text(), Text(), NOT_YET, Text())
        else:
            name = plain(job.name or job_id, "bold")
            table.add_row(name, bar(job), Text(percent(job)), _news_of(job), _time(job, at))
    return table


def reason(job: Job) -> str:
    """Return why a job did not succeed, as far as anybody said."""
    return error_message(job.error) if job.state == "failed" else job.cancel_reason or ""


def _news_of(job: Job) -> Text:
    at_work = doing(job)
    if job.state == "running" and at_work:
        return at_work
    text = state(job)
    if job.state in {"failed", "canceled"}:
        text.append(" ").append_text(plain(reason(job), STATE_STYLE[job.state]))
    return text


def _time(job: Job, at: datetime) -> Text:
    time = took(job.started_at, job.finished_at, at)
    return Text("" if time is None else clock(time.total_seconds()), "dim")
