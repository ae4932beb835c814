"""Delivery in the background, as callers see it: they add, and a thread takes away.

A caller waits for neither the network nor the disk, unless it asks to; what the thread meets with
is no caller's trouble. A second thread only keeps progress, as the first may be held up by the
network for longer than progress may be in memory alone. Both are there while there is something to
do.
"""

from __future__ import annotations

import logging
import math
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from jobsync._clock import Clock, Deadline
from jobsync._exit import close_at_exit
from jobsync.errors import JobsyncError, NotDeliveredError

from .outage import Outage
from .pace import Pace
from .reports import Reports
from .rounds import Rounds, keep, progress_row
from .rows import PASSING, NewRow
from .sending import Listener, Sending
from .stats import DeliveryStats
from .ticker import Ticker
from .upload_pool import UploadPool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from jobsync._commands import Command
    from jobsync._report import Report

    from .awaited import Awaited
    from .outbox import Outbox
    from .pending_file import Uploader
    from .refusals import Refusals
    from .rounds import Apply
    from .rows import Row
    from .sending import Ingest

logger = logging.getLogger("jobsync")

POLL = 0.25
"""Seconds after which somebody who waits looks whether there is still hope."""

JOIN_WITHIN = 0.2


class Courier:
    """Delivers what one client says in the background. Safe between threads."""

    def __init__(
        self,
        outbox: Outbox,
        *,
        ingest: Ingest,
        apply: Apply,
        uploader: Uploader,
        refusals: Refusals,
        flush_interval: float,
        exit_timeout: float,
        clock: Clock,
    ) -> None:
        self.refusals = refusals
        self._outbox = outbox
        self._ingest = ingest
        self._apply = apply
        self._uploader = uploader
        self._interval = flush_interval
        self._exit_timeout = exit_timeout
        self._clock = clock
        self._begin()

    def open(self, report: Report) -> None:
        """Begin to listen to a job, and to let it be heard of."""
        with self._condition:
            self._reports.add(report)
            self._attend()

    def say(self, report: Report, fields: dict[str, Any]) -> None:
        """Have the latest progress of a job sent."""
        with self._condition:
            if self._reports.say(report, fields):
                self._attend()
                self._keeping.attend()

    def beat(self, report: Report) -> None:
        """Have a heartbeat sent now."""
        with self._condition:
            report.beat()
            self._attend()

    def append(
        self, rows: Sequence[NewRow], awaited: Awaited | None = None, *, at_once: bool = False
    ) -> None:
        """Keep rows, and send them when it is time, or at once.

        `awaited` is told what becomes of the last of them.
        """
        self._outbox.append(rows, awaited)
        self._appended(rows, at_once=at_once)

    def update(self, command: Command) -> None:
        """Keep progress that no report says, in the place of what was not sent yet."""
        about: dict[str, Any] = {
            key: command[key] for key in ("kind", "jobId", "attempt") if key in command
        }
        said = {key: value for key, value in command.items() if key not in about}
        spoken = about["jobId"], about.get("attempt")
        with self._condition:
            self._reports.said += 1
        if not self._outbox.merge(spoken, said, lambda together: NewRow.of({**about, **together})):
            self._outbox.append([NewRow.of(command)])
        self._appended([], at_once=False)

    def end(
        self, report: Report, commands: Sequence[Command], awaited: Awaited | None = None
    ) -> None:
        """Listen to a job no more; keep what it has said, and then what ends it."""
        rows = [NewRow.of(command) for command in commands]
        with self._outbox.lock:
            with self._condition:
                said = self._reports.remove(report)
            if said and not keep(self._outbox, report, said):
                rows.insert(0, progress_row(report, said))
            if rows:
                self._outbox.append(rows, awaited)
        self._appended(rows, at_once=True)

    def wait_for(self, awaited: Awaited, timeout: float | None) -> Mapping[str, Any]:
        """Return the receipt of what was appended, or raise why there is none.

        `timeout` is for as long as nothing moves: what is ahead of it, and files, take their time.
        """
        with self._hurrying():
            while not awaited.known:
                if not self._moves(awaited, timeout) and not self._uploads.is_moving:
                    raise NotDeliveredError(
                        f"Not delivered within {timeout} seconds. It is kept in {self._outbox} "
                        "and will be sent later."
                    )
        return awaited.receipt()

    def flush(self, timeout: float | None = None) -> bool:
        """Send all that waits now; return whether nothing does any more."""
        if not (self._outbox.may_have_rows or self._reports.unkept):
            return True
        self._outbox.open()
        with self._condition:
            self._rounds.look_at = -math.inf
        with self._hurrying():
            return self._until(self._is_clear, Deadline(timeout, self._clock))

    def stop(self, timeout: float) -> None:
        """Send what can be sent in time, and let go; the rest is there for the next process."""
        with self._condition:
            is_wanted = self._outbox.queued > 0 or bool(self._reports.unkept)
        # The threads may be in the middle of a call, and their time counts, too.
        if is_wanted and not self.flush(max(timeout / 2, timeout - 2 * JOIN_WITHIN)):
            self._tell_what_is_left()
        self._sending.is_quiet = True
        self._uploads.stop()
        self._keeping.stop(JOIN_WITHIN)
        self._delivering.stop(JOIN_WITHIN)
        self._outbox.close()

    def at_exit(self) -> None:
        """Stop when nobody has, within the time that an exit may take."""
        try:
            self.stop(self._exit_timeout)
        except JobsyncError as error:
            logger.warning("Not everything is sent: %s", error)

    def stats(self) -> DeliveryStats:
        """Return the counters."""
        with self._outbox.lock, self._condition:
            unsaid = self._reports.said - self._outbox.progress_rows - len(self._reports.unkept)
            return DeliveryStats(
                queued=self._outbox.queued,
                queued_bytes=self._outbox.bytes,
                sent=self._sending.sent,
                coalesced=max(0, unsaid),
                parked=self.refusals.count,
                dropped_progress=self._outbox.dropped_progress,
                outbox=self._outbox.path if self._outbox.lasts else None,
            )

    def hold(self) -> None:
        """Before a fork: have no other thread in here."""
        self._outbox.hold()
        self._condition.acquire()

    def unhold(self) -> None:
        """After a fork, in the parent."""
        self._condition.release()
        self._outbox.unhold()

    def renew(self) -> None:
        """After a fork, in the child."""
        self._reports.forget()
        self._outbox.renew()
        self._begin()

    def _begin(self) -> None:
        self._condition = threading.Condition()
        self._reports = Reports()
        pace = Pace(self._interval)
        listener = Listener(self._answered, self.refusals.add, pace.told)
        outage = Outage()
        self._sending = Sending(self._outbox, self._ingest, listener, outage, self._clock)
        self._uploads = UploadPool(
            self._uploader, self._sending.park, self._wake, self._reports.know, outage
        )
        self._rounds = Rounds(
            outbox=self._outbox,
            reports=self._reports,
            sending=self._sending,
            uploads=self._uploads,
            apply=self._apply,
            pace=pace,
            clock=self._clock,
            lock=self._condition,
        )
        deliver, keep = self._rounds.go, self._rounds.keep
        self._delivering = self._ticker("deliver", self._rounds.next_at, deliver)
        self._keeping = self._ticker("keep", self._rounds.next_keep_at, keep)

    def _ticker(
        self, name: str, next_at: Callable[[], float | None], act: Callable[[], None]
    ) -> Ticker:
        return Ticker(f"jobsync-{name}", self._condition, next_at, act, self._clock)

    def _appended(self, rows: Sequence[NewRow], *, at_once: bool) -> None:
        with self._condition:
            rounds = self._rounds
            rounds.at_once = rounds.at_once or at_once
            if rounds.only_progress:
                rounds.only_progress = all(row.kind in PASSING for row in rows)
            self._attend()
            if self._outbox.is_to_be_checked:
                self._keeping.attend()

    def _answered(self, row: Row, receipt: Mapping[str, Any]) -> None:
        with self._condition:
            self._reports.answered(row, receipt, self._clock.monotonic())

    def _moves(self, awaited: Awaited, timeout: float | None) -> bool:
        sent = self._sending.sent
        deadline = Deadline(timeout, self._clock)
        return self._until(lambda: awaited.known or self._sending.sent > sent, deadline)

    def _tell_what_is_left(self) -> None:
        if self._outbox.lasts:
            logger.warning(
                "%d commands are not sent yet. They are kept in %s: the next process sends them, "
                "or `jobsync outbox flush`.",
                self._outbox.queued,
                self._outbox,
            )
        else:
            logger.warning("%d commands are lost: they were in memory.", self._outbox.queued)

    def _is_clear(self) -> bool:
        has_looked = self._rounds.look_at > -math.inf
        return has_looked and not self._reports.unkept and self._outbox.queued <= 0

    def _wake(self) -> None:
        with self._condition:
            self._attend()
            self._condition.notify_all()

    def _attend(self) -> bool:
        """See to it that what was said is delivered, with the lock held."""
        if not self._delivering.is_running:
            close_at_exit(self)
        return self._delivering.attend()

    @contextmanager
    def _hurrying(self) -> Iterator[None]:
        with self._condition:
            self._rounds.hurries += 1
            self._rounds.hurry()
            self._attend()
        try:
            yield
        finally:
            with self._condition:
                self._rounds.hurries -= 1

    def _until(self, done: Callable[[], bool], deadline: Deadline) -> bool:
        """Wait until something is done, or do it here where no thread can be had."""
        while True:
            with self._condition:
                if done():
                    return True
                if deadline.passed:
                    return False
                if self._attend():
                    self._condition.wait(deadline.at_most(POLL))
                    continue
            self._rounds.go()
            self._clock.sleep(deadline.at_most(POLL / 10))
