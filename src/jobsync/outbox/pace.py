"""When to send next."""

from __future__ import annotations

import math


class Pace:
    """What the deployment asks for, and what the caller does.

    What waits is sent `interval` seconds after the last time, sooner if the deployment says that
    somebody watches. Progress alone may wait for as long as the deployment says, unless the caller
    has asked for less than a second.
    """

    USUAL = 1.0

    def __init__(self, interval: float) -> None:
        self.interval = interval
        self._last = -math.inf
        self._told: float | None = None

    def told(self, seconds: float | None) -> None:
        """Note what the deployment says."""
        self._told = seconds

    def sent(self, now: float) -> None:
        """Note that something was sent."""
        self._last = now

    def next_at(self, *, only_progress: bool) -> float:
        """Return the moment of the next batch."""
        return self._last + self._wait(only_progress=only_progress)

    def _wait(self, *, only_progress: bool) -> float:
        if self._told is None:
            return self.interval
        if only_progress and self.interval >= self.USUAL:
            return self._told
        return min(self._told, self.interval)
