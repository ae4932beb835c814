"""How much of a transfer is done, told to whoever asked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from .errors import JobsyncError

if TYPE_CHECKING:
    from collections.abc import Iterator

OnProgress = Callable[[int, int], object] | Literal["bar"]


class TransferStoppedError(JobsyncError):
    """Another thread of the transfer has failed, which is what the caller hears of."""


class Progress:
    """The bytes that are done of a total. Safe between threads; its listener is called by one."""

    def __init__(self, total: int, tell: Callable[[int, int], object] | None) -> None:
        self.total = total
        self._tell = tell
        self._done = 0
        self._lock = threading.Lock()
        self._stopped = False

    def stop(self) -> None:
        """End all threads of the transfer where they next move bytes."""
        self._stopped = True

    def check(self, _: object = None) -> None:
        """Fail if the transfer was stopped."""
        if self._stopped:
            raise TransferStoppedError("The transfer was stopped.")

    def add(self, count: int) -> None:
        """Note bytes that are done; fewer than none for those that have to go again."""
        if count > 0:
            self.check()
        with self._lock:
            self._done += count
            if self._tell is not None:
                self._tell(self._done, self.total)


class Share(Progress):
    """The part of one file in the progress of several; stopping it stops no other file."""

    def __init__(self, whole: Progress) -> None:
        super().__init__(whole.total, None)
        self._whole = whole

    def add(self, count: int) -> None:
        """Note bytes that are done."""
        super().add(count)
        self._whole.add(count)


@contextmanager
def progress_of(total: int, on_progress: OnProgress | None, name: str) -> Iterator[Progress]:
    """Give the progress of a transfer: for a function, or as a bar on the terminal."""
    if on_progress != "bar":
        yield Progress(total, on_progress)
        return
    # Only whoever wants to look at a bar waits for it to be imported.
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    label = TextColumn("{task.description}")
    with Bar(label, BarColumn(), DownloadColumn(), TransferSpeedColumn()) as bar:
        task = bar.add_task(name, total=total)
        yield Progress(total, lambda done, _: bar.update(task, completed=done))
