"""A thread that does something whenever that is due."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobsync._clock import Clock


class Ticker:
    """A daemon thread, there while it has something to wait for.

    `next_at` is asked with the lock held: it returns the moment to act at, or `None` if there is
    nothing to wait for any more.
    """

    def __init__(
        self,
        name: str,
        lock: threading.Condition,
        next_at: Callable[[], float | None],
        act: Callable[[], None],
        clock: Clock,
    ) -> None:
        self._name = name
        self._lock = lock
        self._next_at = next_at
        self._act = act
        self._clock = clock
        self._thread: threading.Thread | None = None
        self._planned: float | None = None
        """The moment that it sleeps until."""
        self._is_stopped = False

    @property
    def is_running(self) -> bool:
        """Whether the thread is there."""
        return self._thread is not None

    def attend(self) -> bool:
        """See to it that it acts in time, with the lock held; return whether it can."""
        if self._is_stopped:
            return False
        if self._thread is not None:
            self._wake_if_late()
            return True
        if self._next_at() is None:
            return True
        thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        try:
            thread.start()
        except RuntimeError:
            # The interpreter is shutting down: whoever waits does the work.
            return False
        self._thread = thread
        return True

    def stop(self, timeout: float) -> None:
        """End it, and wait so long for what it is in the middle of."""
        with self._lock:
            self._is_stopped = True
            self._lock.notify_all()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)

    def _wake_if_late(self) -> None:
        # A wake-up costs the caller more than the rest of this.
        if self._planned is not None:
            at = self._next_at()
            if at is not None and at < self._planned:
                self._lock.notify_all()

    def _run(self) -> None:
        while self._sleep():
            self._act()

    def _sleep(self) -> bool:
        with self._lock:
            # Somebody may wait for what was just done.
            self._lock.notify_all()
            while not self._is_stopped and (at := self._next_at()) is not None:
                left = at - self._clock.monotonic()
                if left <= 0:
                    return True
                self._planned = at
                self._lock.wait(min(left, threading.TIMEOUT_MAX))
                self._planned = None
            self._thread = None
            return False
