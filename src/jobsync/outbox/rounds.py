"""What delivery does when, round by round; the courier's thread goes them."""

from __future__ import annotations

import logging
import math
import random
from typing import TYPE_CHECKING, Any

from jobsync import _lifecycle
from jobsync._backoff import delay
from jobsync._batches import split
from jobsync._deliver import refusal

from .rows import NewRow
from .store import MOST_ROWS

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping, Sequence

    from jobsync._clock import Clock
    from jobsync._commands import Command
    from jobsync._report import Report

    from .open_lane import OpenLane
    from .outbox import Outbox
    from .pace import Pace
    from .reports import Reports
    from .sending import Sending
    from .upload_pool import UploadPool

    Apply = Callable[[Sequence[Command]], Sequence[Mapping[str, Any]]]

LOOK_EVERY = 10.0
"""Seconds between two looks for what dead processes have left."""

logger = logging.getLogger("jobsync")


class Rounds:
    """Keeps progress, takes over, lets jobs be heard of, and sends. `lock` guards the reports."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        reports: Reports,
        sending: Sending,
        uploads: UploadPool,
        apply: Apply,
        pace: Pace,
        clock: Clock,
        lock: threading.Condition,
    ) -> None:
        self.hurries = 0
        """How many wait for all to be sent."""
        self.at_once = False
        """Whether what waits now is not to wait any longer."""
        self.only_progress = True
        """Whether nothing but progress waits."""
        self.look_at = -math.inf
        self.resume_at = -math.inf
        self._kept_at = -math.inf
        self._failures = 0
        self._outbox = outbox
        self._reports = reports
        self._sending = sending
        self._uploads = uploads
        self._apply = apply
        self._pace = pace
        self._clock = clock
        self._lock = lock

    def next_at(self) -> float | None:
        """Return the moment of the next round, with the lock held; there may be none."""
        busy = [lane for lane in self._outbox.lanes() if lane.has_work]
        is_due_to_look = self.look_at == -math.inf
        if not (busy or self._reports or self._uploads.running or is_due_to_look):
            return None
        times = [self.look_at, self._reports.next_beat(), *map(self._lane_at, busy)]
        if self._reports.unkept:
            times.append(self._own_at())
        return max(self.resume_at, min(times))

    def next_keep_at(self) -> float | None:
        """Return the moment at which progress is to be kept, with the lock held."""
        if self._outbox.is_to_be_checked:
            return -math.inf
        if not self._reports:
            return None
        return self._kept_at + self._pace.interval if self._reports.unkept else math.inf

    def keep(self) -> None:
        """Have the outbox keep what was said, and its log short; nobody waits for the file."""
        try:
            self._keep()
            self._outbox.checkpoint()
        except Exception as error:  # noqa: BLE001 (a thread that ended would keep nothing any more)
            self._put_up_with(error)

    def hurry(self) -> None:
        """Try again at once what was put off, with the lock held."""
        self.resume_at = -math.inf
        for lane in self._outbox.lanes():
            lane.retry_at = -math.inf

    def go(self) -> None:
        """Do what is due."""
        try:
            self._go(self._clock.monotonic())
            self._failures = 0
        except Exception as error:  # noqa: BLE001 (a thread that ended would cost jobs their leases)
            self._put_up_with(error)
            self.resume_at = self._clock.monotonic() + self._delay(self._failures)

    def _go(self, now: float) -> None:
        if self.look_at <= now:
            self._outbox.adopt()
            self.look_at = now + LOOK_EVERY
        with self._lock:
            is_to_be_sent = bool(self._reports.unkept) and self._own_at() <= now
        if is_to_be_sent:
            self._keep()
        self._beat(now)
        for lane in self._outbox.lanes():
            if lane.has_work and self._lane_at(lane) <= now:
                self._send(lane)
            self._uploads.begin(lane)
        self._outbox.tidy()

    def _put_up_with(self, error: Exception) -> None:
        if self._failures == 0 and not self._sending.is_quiet:
            logger.warning("Delivery in the background is held up: %s", error)
        self._failures += 1

    def _keep(self) -> None:
        with self._outbox.lock:
            with self._lock:
                taken = self._reports.take()
                self._kept_at = self._clock.monotonic()
            for report, said in taken:
                if not keep(self._outbox, report, said):
                    with self._lock:
                        self._reports.put_back(report, said)

    def _beat(self, now: float) -> None:
        with self._lock:
            silent = self._reports.silent(now)
            commands = [_lifecycle.heartbeat(each.job_id, each.attempt) for each in silent]
        if not silent:
            return
        try:
            receipts = [each for batch in split(commands) for each in self._apply(batch)]
        except Exception:
            with self._lock:
                for report in silent:
                    report.beat(now + self._delay(self._failures))
            raise
        with self._lock:
            for report, receipt in zip(silent, receipts, strict=True):
                report.alive(now)
                if refusal(receipt) is None and not report.closed:
                    report.learn(receipt)

    def _send(self, lane: OpenLane) -> None:
        with self._lock:
            was_at_once, self.at_once = self.at_once, False
            self.only_progress = True
        if self._sending.send(lane):
            self._pace.sent(self._clock.monotonic())
        with self._lock:
            self.at_once = self.at_once or (was_at_once and lane.has_work)

    def _lane_at(self, lane: OpenLane) -> float:
        if self._outbox.has_to_wait(lane):
            return math.inf
        is_behind = lane.queued >= MOST_ROWS or lane.most < MOST_ROWS
        if is_behind or not self._outbox.is_own(lane):
            return lane.retry_at
        return self._own_at()

    def _own_at(self) -> float:
        """Return the moment at which what is said now is sent."""
        return max(self._outbox.retry_at, self._send_at())

    def _send_at(self) -> float:
        if self.hurries or self.at_once:
            return -math.inf
        return self._pace.next_at(only_progress=self.only_progress)

    @staticmethod
    def _delay(failures: int) -> float:
        return delay(failures, random.random())  # noqa: S311 (spreads load)


def keep(outbox: Outbox, report: Report, said: dict[str, Any]) -> bool:
    """Put what a job has said into the outbox; return whether there was room."""
    spoken = report.job_id, report.attempt
    return outbox.merge(spoken, said, lambda together: progress_row(report, together))


def progress_row(report: Report, said: Mapping[str, Any]) -> NewRow:
    """Write down what a job has said."""
    return NewRow.of(_lifecycle.progress(report.job_id, report.attempt, said))
