"""What `watch` shows in a terminal: a bar for each job, that moves."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from jobsync.cli._job_text import STATE_STYLE, bar, doing, error_message, percent, plain, state
from jobsync.cli._times import clock, duration, now, took

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console, RenderableType

    from jobsync import Job
    from jobsync.cli._board import Board
    from jobsync.cli._following import News

NARROW = 72
LINES_BELOW = 3


class Bars:
    """A picture that is drawn over the one before."""

    def __init__(self, console: Console, url: str) -> None:
        self._console = console
        self._url = url
        self._live = Live(console=console, auto_refresh=False, redirect_stderr=False)
        self._live.start()

    def heard(self, news: News) -> None:
        """Do nothing: the board has it."""

    def refresh(self, board: Board) -> None:
        """Draw the picture again."""
        self._live.update(self._picture(board), refresh=True)

    def end(self, board: Board) -> None:
        """Leave the last picture standing, with each error in full."""
        self._live.update(self._picture(board, whole=True), refresh=True)
        self._live.stop()

    def _picture(self, board: Board, *, whole: bool = False) -> RenderableType:
        at = now()
        room = len(board.jobs) if whole else max(1, self._console.height - LINES_BELOW)
        rows = _most_telling(board, room)
        parts: list[RenderableType] = [_table(rows, self._console.width, at)]
        if len(rows) < len(board.jobs):
            parts.append(Text(f"and {len(board.jobs) - len(rows)} more", "dim"))
        if board.lost is not None:
            parts.append(self._lost(board))
        return Group(*parts)

    def _lost(self, board: Board) -> Text:
        since = duration(time.monotonic() - board.lost_at)
        return plain(f"Lost connection to {self._url} {since} ago; trying again.", "yellow")


def _most_telling(board: Board, room: int) -> list[tuple[str, Job | None]]:
    """Return as many jobs as there is room for: those that move go before those that ended."""
    items = list(board.jobs.items())
    if len(items) <= room:
        return items
    moving = [item for item in items if item[1] is None or not item[1].finished]
    ended = [item for item in items if item[1] is not None and item[1].finished]
    return (moving + ended[::-1])[:room]


def _table(rows: list[tuple[str, Job | None]], width: int, at: datetime) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(no_wrap=True, overflow="ellipsis", max_width=max(12, width // 3))
    table.add_column(width=max(8, min(30, width // 5)))
    table.add_column(no_wrap=True, justify="right", min_width=5)
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column(no_wrap=True, justify="right")
    for job_id, job in rows:
        table.add_row(*_row(job_id, job, at))
    return table


def _row(job_id: str, job: Job | None, at: datetime) -> tuple[RenderableType, ...]:
    if job is None:
        return plain(job_id, "bold"), Text(), Text(), Text("waiting for it", "dim"), Text()
    time_taken = took(job.started_at, job.finished_at, at)
    return (
        plain(job.name or job.job_id, "bold"),
        bar(job),
        Text(percent(job)),
        _news_of(job),
        Text("" if time_taken is None else clock(time_taken.total_seconds()), "dim"),
    )


def _news_of(job: Job) -> Text:
    if job.state == "running":
        return doing(job)
    text = state(job)
    if job.state in {"failed", "canceled"}:
        reason = error_message(job.error) if job.state == "failed" else job.cancel_reason
        if reason:
            text.append(" ").append_text(plain(reason, STATE_STYLE[job.state]))
    return text
