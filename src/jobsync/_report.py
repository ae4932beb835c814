"""What a running job says of itself, and what the deployment has said of it.

Only the latest progress is kept here, until the outbox has it. Not safe between threads: whoever
owns the reports holds a lock.
"""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .models import State

BEATS_PER_LEASE = 3

logger = logging.getLogger("jobsync")


class Report:
    """The reports of one attempt of a job; the attempt is `None` until the deployment names it."""

    def __init__(self, job_id: str, attempt: int | None, lease: float, now: float) -> None:
        self.job_id = job_id
        self.attempt = attempt
        self.state: State | None = None
        self.cancel_requested = False
        self.moved_on = False
        self.closed = False
        self.said: dict[str, Any] = {}
        self._every = lease / BEATS_PER_LEASE
        self._beat_at = now + self._every

    def take(self) -> dict[str, Any]:
        """Return what was said since the last time."""
        said, self.said = self.said, {}
        return said

    def put_back(self, said: dict[str, Any]) -> None:
        """Take back what could not be kept; what was said since wins over it."""
        self.said = {**said, **self.said}

    @property
    def beat_at(self) -> float:
        """The moment of the next heartbeat; there is none before the deployment knows the job."""
        return math.inf if self.state is None else self._beat_at

    def alive(self, now: float) -> None:
        """Note that the deployment has heard a sign of life."""
        self._beat_at = now + self._every

    def beat(self, at: float = -math.inf) -> None:
        """Have a heartbeat sent at a moment, or now."""
        self._beat_at = at

    def learn(self, receipt: Mapping[str, Any]) -> None:
        """Take note of what a receipt says of the job."""
        state = receipt.get("state")
        self.state = state or self.state
        asked = receipt.get("cancelRequested") is True
        self.cancel_requested = self.cancel_requested or asked
        if receipt.get("outcome") != "stale":
            return
        self.cancel_requested = self.cancel_requested or state == "canceled"
        if not self.moved_on:
            self.moved_on = True
            logger.warning(
                "The job %r is no longer what this process runs: it is %s, in attempt %s.",
                self.job_id,
                state,
                receipt.get("attempt"),
            )

    def begun(self, receipt: Mapping[str, Any]) -> None:
        """Take note of which attempt has begun."""
        self.attempt = receipt.get("attempt")
        self.learn(receipt)

    def forget(self) -> None:
        """In a forked child: the parent sends what was said so far, and the heartbeats."""
        self.said = {}
        self._every = self._beat_at = math.inf
