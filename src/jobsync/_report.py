"""What a running job has said of itself and the deployment has not acknowledged yet.

Only the latest progress is kept; events are all kept, in order. What is on its way counts as
unsaid until its receipt is here: sending it again changes nothing, since events have ids and
progress replaces progress.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from . import _lifecycle

if TYPE_CHECKING:
    from ._commands import Command
    from .models import Receipt, State

MOST_EVENTS_AT_ONCE = 100
MOST_EVENTS_KEPT = 10_000

BEATS_PER_LEASE = 3


class Report:
    """The reports of one attempt of a job. Not safe between threads: its owner holds a lock."""

    def __init__(self, job_id: str, attempt: int | None, lease: float, now: float) -> None:
        self.job_id = job_id
        self.attempt = attempt
        self.state: State | None = None
        self.cancel_requested = False
        self.moved_on = False
        self.closed = False
        self._every = lease / BEATS_PER_LEASE
        self._beat_at = now + self._every
        self._not_before = now
        self._on_its_way = False
        self._progress: dict[str, Any] = {}
        self._sent_progress: dict[str, Any] = {}
        self._events: list[Command] = []
        self._sent_events = 0

    def say(self, fields: dict[str, Any]) -> None:
        """Note how far the job is."""
        self._progress.update(fields)

    def add(self, event: Command) -> bool:
        """Note an event; return whether there was room for it."""
        if len(self._events) == MOST_EVENTS_KEPT:
            return False
        self._events.append(event)
        return True

    def beat(self) -> None:
        """Make a heartbeat due now."""
        self._beat_at = -math.inf

    def due_at(self) -> float:
        """Return the moment at which there will be something to send."""
        if self._on_its_way:
            return math.inf
        if self._progress or self._events:
            return self._not_before
        return max(self._beat_at, self._not_before)

    def take(self, now: float, interval: float) -> list[Command]:
        """Return what is to be sent, which is on its way until `arrived` or `put_back`."""
        self._on_its_way = True
        self._not_before = now + interval
        self._beat_at = now + self._every
        self._sent_events = min(len(self._events), MOST_EVENTS_AT_ONCE)
        self._sent_progress, self._progress = self._progress, {}
        return self._commands(self._events[: self._sent_events], self._sent_progress) or [
            _lifecycle.heartbeat(self.job_id, self.attempt)
        ]

    def arrived(self) -> None:
        """Note that what was taken has its receipts."""
        del self._events[: self._sent_events]
        self._back()

    def put_back(self, retry_at: float) -> None:
        """Note that what was taken did not arrive; what was said since wins over it."""
        self._progress = {**self._sent_progress, **self._progress}
        self._beat_at = self._not_before = retry_at
        self._back()

    def rest(self) -> list[Command]:
        """Return all that has no receipt yet, in order, for whoever ends the job."""
        return self._commands(self._events, {**self._sent_progress, **self._progress})

    def learn(self, receipt: Receipt) -> None:
        """Take note of what a receipt says of the job."""
        self.state = receipt.state or self.state
        self.cancel_requested = self.cancel_requested or receipt.cancel_requested
        if receipt.outcome == "stale":
            self.moved_on = True
            self.cancel_requested = self.cancel_requested or receipt.state == "canceled"

    def forget(self) -> None:
        """In a forked child: the parent sends what was said so far, and the heartbeats."""
        self._progress, self._events = {}, []
        self._every = self._beat_at = math.inf
        self._back()

    def _back(self) -> None:
        self._sent_progress, self._sent_events = {}, 0
        self._on_its_way = False

    def _commands(self, events: list[Command], progress: dict[str, Any]) -> list[Command]:
        if not progress:
            return list(events)
        return [*events, _lifecycle.progress(self.job_id, self.attempt, progress)]
