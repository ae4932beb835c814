"""Sends what running jobs say of themselves, so that no pipeline waits for the network.

What a job says is stored, and one daemon thread for all jobs of a client sends it: the first at
once, then what has gathered, at most every `FLUSH_INTERVAL` seconds. Where nothing is said, it
sends heartbeats. A deployment that cannot be reached costs nothing but a warning.
"""

from __future__ import annotations

import logging
import math
import threading
from typing import TYPE_CHECKING, Any

from ._backoff import delay
from ._batches import split
from ._report import Report
from .errors import JobsyncError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ._clock import Clock
    from ._commands import Command
    from .models import Receipt

    Answer = Receipt | JobsyncError
    Send = Callable[[Sequence[Command]], list[Answer]]
    Batch = list[tuple[Report, list[Command]]]

FLUSH_INTERVAL = 1.0
STOP_WITHIN = 5.0

logger = logging.getLogger("jobsync")


class Reporter:
    """The reports of all jobs that a client runs."""

    def __init__(self, send: Send, clock: Clock, flush_interval: float = FLUSH_INTERVAL) -> None:
        self._send = send
        self._clock = clock
        self._interval = flush_interval
        self._reports: dict[Report, None] = {}
        self._stopped = False
        self.renew()

    def renew(self) -> None:
        """Go on in a forked child, with a lock and a thread of its own."""
        for report in self._reports:
            report.forget()
        self._reports = {}
        self._changed = threading.Condition()
        self._wakes_at = -math.inf
        self._thread: threading.Thread | None = None
        self._failures = 0

    def open(self, started: Receipt, lease: float) -> Report:
        """Begin to send the heartbeats of a job, and what it says."""
        now = self._clock.monotonic()
        report = Report(str(started.job_id), started.attempt, lease, now)
        report.learn(started)
        with self._changed:
            self._attend(report)
        return report

    def say(self, report: Report, fields: dict[str, Any]) -> None:
        """Have the latest progress of a job sent."""
        with self._changed:
            report.say(fields)
            self._attend(report)

    def add(self, report: Report, event: Command) -> None:
        """Have an event sent."""
        with self._changed:
            kept = report.add(event)
            self._attend(report)
        if not kept:
            logger.warning(
                "The job %r has too many events that wait to be sent; this one is dropped: %s",
                report.job_id,
                event["event"],
            )

    def beat(self, report: Report) -> None:
        """Have a heartbeat sent now."""
        with self._changed:
            report.beat()
            self._attend(report)

    def close(self, report: Report) -> list[Command]:
        """Send no more for a job; return what has no receipt yet, for whoever ends the job."""
        with self._changed:
            report.closed = True
            self._reports.pop(report, None)
            self._changed.notify()
            return report.rest()

    def stop(self) -> None:
        """End the thread; what it has not sent is gone."""
        with self._changed:
            self._stopped = True
            self._reports.clear()
            self._changed.notify()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(STOP_WITHIN)

    def _attend(self, report: Report) -> None:
        """See to it that a report is looked at, with the lock held."""
        if report.closed or self._stopped:
            return
        self._reports[report] = None
        if self._thread is None:
            self._thread = self._started_thread()
        # A wake-up costs the caller more than the rest of this.
        if report.due_at() < self._wakes_at:
            self._changed.notify()

    def _started_thread(self) -> threading.Thread | None:
        thread = threading.Thread(target=self._run, name="jobsync-report", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            # The interpreter is shutting down, or there are too many threads. The next report tries
            # again, and the end of the job takes along what was said.
            return None
        return thread

    def _run(self) -> None:
        while (batch := self._next()) is not None:
            self._deliver(batch)

    def _next(self) -> Batch | None:
        """Wait until something is due, and take it; without a job there is nothing to wait for."""
        with self._changed:
            while self._reports:
                now = self._clock.monotonic()
                if batch := self._due(now):
                    return batch
                self._wakes_at = min(report.due_at() for report in self._reports)
                self._changed.wait(min(self._wakes_at - now, threading.TIMEOUT_MAX))
                self._wakes_at = -math.inf
            self._thread = None
            return None

    def _due(self, now: float) -> Batch:
        due = [report for report in self._reports if report.due_at() <= now]
        return [(report, report.take(now, self._interval)) for report in due]

    def _deliver(self, batch: Batch) -> None:
        commands = [command for _, taken in batch for command in taken]
        try:
            answers = iter([answer for part in split(commands) for answer in self._send(part)])
        except Exception as error:  # noqa: BLE001 (a thread that ended would cost all jobs their leases)
            self._put_back(batch, error)
            return
        with self._changed:
            self._failures = 0
            for report, taken in batch:
                report.arrived()
                news = [answer for _, answer in zip(taken, answers, strict=False)]
                # Whoever has ended a job meanwhile knows better.
                for answer in news if not report.closed else ():
                    note(report, answer)

    def _put_back(self, batch: Batch, error: Exception) -> None:
        if self._failures == 0:
            logger.warning("What jobs report is kept and sent later: %s", error)
        with self._changed:
            retry_at = self._clock.monotonic() + max(self._interval, delay(self._failures, 0.0))
            self._failures += 1
            for report, _ in batch:
                report.put_back(retry_at)


def note(report: Report, answer: Answer) -> None:
    """Take an answer to what a job reported; it is worth no exception."""
    if isinstance(answer, JobsyncError):
        logger.warning("The job %r could not report: %s", report.job_id, answer)
        return
    had_moved_on = report.moved_on
    report.learn(answer)
    if report.moved_on and not had_moved_on:
        logger.warning(
            "The job %r is no longer what this process runs: it is %s, in attempt %s.",
            report.job_id,
            answer.state,
            answer.attempt,
        )
