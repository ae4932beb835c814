"""A worker: a process that runs the queued jobs of a type, together with others like it."""

from __future__ import annotations

import inspect
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ._clock import SystemClock
from ._shift import Shift
from .errors import InvalidFieldError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from ._claimed import ClaimedJob
    from ._queue import Queue
    from ._shift import Function

GRACE = 20.0


class Worker:
    """What `ConvexSync.worker` makes of a function, which can still be called by itself."""

    def __init__(
        self,
        function: Function,
        open_queue: Callable[[], Queue],
        *,
        concurrency: int = 1,
        grace: float = GRACE,
    ) -> None:
        if inspect.iscoroutinefunction(function):
            raise InvalidFieldError.of(
                function.__name__, "is a coroutine; call asyncio.run(...) in a plain function"
            )
        self._function = function
        self._open_queue = open_queue
        self._concurrency = _hands(concurrency)
        self._grace = grace
        self._shifts: list[Shift] = []

    def __call__(self, job: ClaimedJob) -> Any:
        """Call the function."""
        return self._function(job)

    def run(self, *, until_idle: bool = False) -> None:
        """Run jobs in threads of this process until it is stopped.

        With `until_idle` it returns as soon as no job is queued and none runs here. SIGTERM and
        Ctrl-C stop it as `stop` does; a second one ends the process as it would without a worker.
        """
        queue = self._open_queue()
        shift = Shift(queue, self._function, self._concurrency, self._grace, SystemClock())
        self._shifts.append(shift)
        try:
            with _stopped_by_signals(shift.stop):
                shift.work(until_idle=until_idle)
        finally:
            self._shifts.remove(shift)

    def stop(self) -> None:
        """Claim no more jobs, from any thread; `run` returns when those that run are done.

        Jobs that are not done when the grace is over are asked to stop, and given to another
        worker if they have an attempt left.
        """
        for shift in list(self._shifts):
            shift.stop()


def _hands(concurrency: Any) -> int:
    if isinstance(concurrency, int) and concurrency >= 1:
        return concurrency
    raise InvalidFieldError.of(
        "concurrency", f"is {concurrency!r}; pass how many jobs may run at once, from 1"
    )


@contextmanager
def _stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        # Only the main thread may have handlers; who runs it elsewhere calls `stop`.
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def on_signal(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 (given by Python)
        restore()
        stop()

    for number in before:
        signal.signal(number, on_signal)
    try:
        yield
    finally:
        restore()
