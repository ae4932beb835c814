"""The loop of `watch`: news in, a picture or lines out, an exit code at the end."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobsync import WaitTimeoutError
from jobsync.cli._board import Board
from jobsync.cli._exit_codes import ExitCode
from jobsync.cli._failure import GivenUpError
from jobsync.cli._following import Following
from jobsync.cli._output import Form, remark, screen
from jobsync.cli._signals import end_as_ctrl_c_does
from jobsync.cli._watch_bars import Bars
from jobsync.cli._watch_lines import Documents, JsonLines, Lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from jobsync import ConvexSync
    from jobsync.cli._following import News
    from jobsync.cli._wanted import Wanted

    class View(Protocol):
        def heard(self, news: News) -> None: ...
        def refresh(self, board: Board) -> None: ...
        def end(self, board: Board) -> None: ...


REFRESH_EVERY = 0.125


@dataclass(frozen=True)
class Limits:
    """How long to watch, and how long without a connection; in seconds."""

    timeout: float | None
    patience: float

    def check(self, board: Board, began: float, now: float) -> None:
        """Raise when one is over."""
        if self.timeout is not None and now - began > self.timeout:
            raise WaitTimeoutError(f"Not all jobs have ended in {self.timeout:g} s.")
        if board.lost is not None and now - board.lost_at > self.patience:
            raise GivenUpError(board.lost, self.patience)


def watch_jobs(
    live: ConvexSync,
    pulse: ConvexSync,
    job_ids: Sequence[str],
    wanted: Wanted | None,
    form: Form,
    limits: Limits,
    *,
    follow: bool,
) -> ExitCode:
    """Watch jobs until they have ended, and return what to exit with."""
    end_as_ctrl_c_does()
    board = Board(job_ids, until_stopped=follow)
    view = _view(form, live.url)
    try:
        with Following(
            live, pulse, job_ids, None if wanted is None else wanted.moving_first
        ) as following:
            _loop(board, view, following, limits)
    except KeyboardInterrupt:
        view.end(board)
        remark("Stopped watching; the jobs go on.")
        return ExitCode.INTERRUPTED
    except BaseException:
        view.end(board)
        raise
    view.end(board)
    return _verdict(board)


def _loop(board: Board, view: View, following: Following, limits: Limits) -> None:
    began = time.monotonic()
    while not board.over:
        for news in following.take(REFRESH_EVERY):
            board.take(news, time.monotonic())
            view.heard(news)
        view.refresh(board)
        limits.check(board, began, time.monotonic())


def _view(form: Form, url: str) -> View:
    if form is Form.JSON:
        return Documents(url)
    if form is Form.LINES:
        return JsonLines(url)
    console = screen()
    return Bars(console, url) if console.is_terminal else Lines(url)


def _verdict(board: Board) -> ExitCode:
    if board.refusal is not None:
        raise board.refusal
    for error in board.missing.values():
        remark(f"Error: {error}")
    if not board.jobs:
        remark("No job is active.")
    return board.exit_code()
