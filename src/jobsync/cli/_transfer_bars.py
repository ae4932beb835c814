"""Bars for files on their way: one for each that moves, and one for all of them."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from jobsync.cli._exit_codes import ExitCode
from jobsync.cli._output import remark
from jobsync.cli._text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    OnProgress = Callable[[int, int], object]

NAME_WIDTH = 28


class TransferBars:
    """The bars of one command, on stderr, which is the place for what is not the answer."""

    def __init__(self, bars: Progress, total: int, files: int) -> None:
        self._bars = bars
        self._all = bars.add_task(_label(f"{files} files"), total=total, visible=files > 1)

    @contextmanager
    def file(self, name: str, size: int) -> Iterator[OnProgress]:
        """Show a file for as long as it moves; what is called with the bytes moves its bar."""
        task = self._bars.add_task(_label(name), total=size)
        seen = 0

        def move(done: int, _: int) -> None:
            nonlocal seen
            self._bars.update(task, completed=done)
            self._bars.advance(self._all, done - seen)
            seen = done

        try:
            yield move
            # What was there already has not moved, and is done all the same.
            move(size, size)
        finally:
            self._bars.remove_task(task)


@contextmanager
def transfer_bars(total: int, files: int) -> Iterator[TransferBars]:
    """Show bars if somebody looks at them."""
    console = Console(stderr=True, markup=False, emoji=False, highlight=False)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    watched = console.is_terminal and sys.stdout.isatty()
    with Progress(*columns, console=console, transient=True, disable=not watched) as bars:
        yield TransferBars(bars, total, files)


@contextmanager
def stoppable() -> Iterator[None]:
    """Let Ctrl-C end a transfer, with a word on how it goes on."""
    try:
        yield
    except KeyboardInterrupt:
        remark("Stopped. The same command sends or fetches what is missing.")
        raise typer.Exit(ExitCode.INTERRUPTED) from None


def _label(name: str) -> str:
    text = one_line(name)
    return text if len(text) <= NAME_WIDTH else f"…{text[1 - NAME_WIDTH :]}"
