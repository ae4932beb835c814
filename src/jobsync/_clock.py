"""Time as the rest of the package sees it, so that tests can hold it still."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime


class Clock(Protocol):
    """What may be asked of time."""

    def now(self) -> float:
        """Return seconds since the epoch."""

    def monotonic(self) -> float:
        """Return seconds that only ever grow."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Return seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds that only ever grow."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class Deadline:
    """A moment by which something has to be done; `None` seconds means never."""

    def __init__(self, seconds: float | None, clock: Clock) -> None:
        self.seconds = seconds
        self.clock = clock
        self._end = None if seconds is None else clock.monotonic() + seconds

    def remaining(self) -> float | None:
        """Return the seconds left, never below zero; `None` if there is no end."""
        return None if self._end is None else max(0.0, self._end - self.clock.monotonic())

    def at_most(self, seconds: float) -> float:
        """Return `seconds`, or what is left if that is less."""
        left = self.remaining()
        return seconds if left is None else min(seconds, left)

    @property
    def passed(self) -> bool:
        """Whether the moment is over."""
        return self.remaining() == 0.0


def to_millis(value: datetime) -> float | int:
    """Return the milliseconds since the epoch that the wire holds."""
    millis = value.timestamp() * 1000
    return round(millis, 3) if value.microsecond % 1000 else round(millis)
