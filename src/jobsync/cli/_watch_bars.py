"""What `watch` shows in a terminal: bars that move, drawn in place."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.console import Group
from rich.live import Live
from rich.text import Text

from jobsync.cli._job_text import STATE_STYLE, plain
from jobsync.cli._text import lines
from jobsync.cli._times import duration, now
from jobsync.cli._watch_rows import alone, reason, several

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console, RenderableType

    from jobsync import Job
    from jobsync.cli._board import Board
    from jobsync.cli._following import News

LINES_BELOW = 3
"""Room for what is said of all: that there are more, that the connection is lost; the cursor."""


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
        room = max(1, self._console.height - LINES_BELOW)
        self._live.update(Group(*self._picture(board, room)), refresh=True)

    def end(self, board: Board) -> None:
        """Leave the last picture standing, with all jobs and what went wrong with them."""
        parts = [*self._picture(board, len(board.jobs)), *_reasons(board)]
        self._live.update(Group(*parts), refresh=True)
        self._live.stop()

    def _picture(self, board: Board, room: int) -> Iterator[RenderableType]:
        if len(board.jobs) == 1:
            ((job_id, job),) = board.jobs.items()
            yield alone(job_id, job, now())
        else:
            rows = _most_telling(board, room)
            yield several(rows, self._console.width, now())
            if len(rows) < len(board.jobs):
                yield Text(f"and {len(board.jobs) - len(rows)} more", "dim")
        if board.lost is not None:
            since = duration(time.monotonic() - board.lost_at)
            yield plain(f"Lost connection to {self._url} {since} ago; trying again.", "yellow")


def _most_telling(board: Board, room: int) -> list[tuple[str, Job | None]]:
    """Return as many jobs as there is room for: those that move go before those that ended."""
    items = list(board.jobs.items())
    if len(items) <= room:
        return items
    moving = [item for item in items if item[1] is None or not item[1].finished]
    ended = [item for item in items if item[1] is not None and item[1].finished]
    return (moving + ended[::-1])[:room]


def _reasons(board: Board) -> Iterator[Text]:
    for job_id, job in board.jobs.items():
        if job is not None and job.state in {"failed", "canceled"} and (why := reason(job)):
            style = STATE_STYLE[job.state]
            yield Text.assemble(plain(job_id, "bold"), "  ", Text("\n".join(lines(why)), style))
