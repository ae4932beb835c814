"""All that waits to be sent by one client: its own lane, and those that it has taken over.

It is opened when something is to be kept for the first time, and again in a forked child. Where no
file can be had it goes on in memory, and says so once.
"""

from __future__ import annotations

import logging
import math
import threading
from typing import TYPE_CHECKING, Any

from jobsync._clock import Clock, Deadline
from jobsync.errors import OutboxUnusableError

from . import lanes
from .open_lane import OpenLane, taken_over
from .rows import Merging

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from .awaited import Awaited
    from .database import Database
    from .limits import Limits
    from .rows import NewRow, Row, Spoken

MANY = 500
"""Rows that may be added until somebody looks how long the log is."""

TRIES = 5
"""How often a file has to fail until what went elsewhere is sent before what is in it."""

logger = logging.getLogger("jobsync")


class Outbox:
    """Safe between threads; `lock` is held by who has to do two things at once."""

    def __init__(
        self, path: Path | None, deployment: str, limits: Limits, clock: Clock, *, must_last: bool
    ) -> None:
        self.path = path
        self.deployment = deployment
        self.limits = limits
        self.dropped_progress = 0
        self.progress_rows = 0
        self._clock = clock
        self._must_last = must_last
        self.renew()

    def renew(self) -> None:
        """In a forked child: what was said before is the parent's to send."""
        for lane in self.lanes() if hasattr(self, "lock") else ():
            if lane.lane.lock is not None:
                lane.lane.lock.release()
        self.lock = threading.RLock()
        self._room = threading.Condition(self.lock)
        self._own: OpenLane | None = None
        self._others: list[OpenLane] = []
        self._before: OpenLane | None = None

    @property
    def queued(self) -> int:
        """How many rows wait."""
        return sum(lane.queued for lane in self.lanes())

    @property
    def bytes(self) -> int:
        """How large they are."""
        return sum(lane.bytes for lane in self.lanes())

    @property
    def may_have_rows(self) -> bool:
        """Whether it is worth opening: something was kept, or the file is there."""
        return self._own is not None or (self.path is not None and self.path.exists())

    def __str__(self) -> str:
        return f"the outbox {self.path}" if self.lasts else "memory"

    @property
    def lasts(self) -> bool:
        """Whether what is appended outlives the process."""
        database = None if self._own is None else self._own.store.database
        return self.path is not None and (database is None or database.path is not None)

    @property
    def retry_at(self) -> float:
        """The moment before which it is of no use to send from the own lane."""
        return -math.inf if self._own is None else self._own.retry_at

    def others_wait(self, lane: OpenLane) -> bool:
        """Return whether anything waits in another lane of a file, in whichever process."""
        return lanes.others_wait(lane.store.database, lane.lane)

    def has_to_wait(self, lane: OpenLane) -> bool:
        """Return whether a lane goes on where another one ends that is not empty yet.

        One that could not be written to lately is not waited for.
        """
        before = self._before
        return (
            lane is self._own
            and before is not None
            and not before.is_done
            and before.store_failures < TRIES
        )

    def is_own(self, lane: OpenLane) -> bool:
        """Return whether rows are still appended to a lane."""
        return lane is self._own

    def lanes(self) -> list[OpenLane]:
        """Return the lanes in the order in which they are to be sent."""
        return self._others if self._own is None else [*self._others, self._own]

    def open(self) -> OpenLane:
        """Return this process's own lane."""
        with self.lock:
            if self._own is None:
                self._own = self._opened()
            return self._own

    def append(self, rows: Sequence[NewRow], awaited: Awaited | None = None) -> None:
        """Keep rows; `awaited` is told what becomes of the last of them."""
        with self.lock:
            self._make_room(rows)
            lane, ids = self._kept(rows)
            if awaited is not None:
                lane.awaited[ids[-1]] = awaited

    def merge(self, spoken: Spoken, said: dict[str, Any], row_of: Callable[..., NewRow]) -> bool:
        """Keep progress, in the row that is there already if it was not sent.

        Return whether there was room: who delivers cannot wait for it.
        """
        with self.lock:
            lane = self.open()
            before = lane.lane.merging.get(spoken)
            together = said if before is None else {**before.said, **said}
            row = row_of(together)
            if before and lane.replace(before.row_id, len(before.row.body), row):
                lane.lane.merging[spoken] = Merging(before.row_id, together, row)
                lane.has_work = True
                return True
            if not self._has_room([row]):
                return False
            lane, (row_id,) = self._kept([row])
            self.progress_rows += 1
            lane.lane.merging[spoken] = Merging(row_id, together, row)
            return True

    def removed(self, lane: OpenLane, rows: Sequence[Row]) -> None:
        """Note that rows have left a lane, which makes room."""
        with self.lock:
            lane.removed(rows)
            self._room.notify_all()

    def adopt(self) -> None:
        """Take over what dead processes have left in the file."""
        with self.lock:
            own = self.open()
            database = own.store.database
            here = [each.lane.number for each in self.lanes() if each.store.database is database]
            adopted = lanes.adopt(database, self.deployment, here)
        # There may be a million rows, and nobody is to wait until they are looked at.
        found = [taken_over(own.store, lane) for lane in adopted]
        with self.lock:
            self._others += found
            self._line_up()

    def tidy(self) -> None:
        """Let go of lanes that were taken over and are empty now, and keep the log short."""
        with self.lock:
            for lane in [each for each in self._others if each.is_done]:
                self._others.remove(lane)
                lane.leave()
            self._line_up()
        self.checkpoint()

    @property
    def is_to_be_checked(self) -> bool:
        """Whether so much was added that the log may be long."""
        return self._own is not None and self._own.unchecked >= MANY

    def checkpoint(self) -> None:
        """Keep the log short."""
        with self.lock:
            for lane in self.lanes():
                lane.unchecked = 0
            databases = self._databases()
        for database in databases:
            database.checkpoint()

    def close(self) -> None:
        """Let go of everything; what still waits is there for the next process."""
        with self.lock:
            databases = self._databases()
            for lane in self.lanes():
                lane.leave()
            for database in databases:
                database.close()
            self._own, self._others = None, []

    def hold(self) -> None:
        """Before a fork: have no other thread in here, and no file open."""
        self.lock.acquire()
        for database in self._databases():
            database.hold()

    def unhold(self) -> None:
        """After a fork, in the parent."""
        for database in self._databases():
            database.unhold()
        self.lock.release()

    def _line_up(self) -> None:
        """Keep the order of each job, which may have rows in several lanes."""
        ahead: frozenset[str] = frozenset()
        for lane in self.lanes():
            lane.line_up(ahead)
            ahead |= lane.jobs

    def _databases(self) -> list[Database]:
        return list(dict.fromkeys(lane.store.database for lane in self.lanes()))

    def _opened(self) -> OpenLane:
        from .opening import open_file, open_memory

        if self.path is None:
            return open_memory(self.deployment, self.lock)
        try:
            return open_file(self.path, self.deployment, self.lock)
        except OutboxUnusableError as error:
            return self._in_memory(error)

    def _in_memory(self, error: OutboxUnusableError) -> OpenLane:
        from .opening import open_memory

        if self._must_last:
            raise error
        logger.warning("%s What is not sent before this process ends is lost.", error)
        return open_memory(self.deployment, self.lock)

    def _kept(self, rows: Sequence[NewRow]) -> tuple[OpenLane, list[int]]:
        lane = self.open()
        try:
            ids = lane.store.append(lane.lane, rows)
        except OutboxUnusableError as error:
            lane = self._replaced(lane, error)
            ids = lane.store.append(lane.lane, rows)
        lane.added(rows)
        return lane, ids

    def _replaced(self, lane: OpenLane, error: OutboxUnusableError) -> OpenLane:
        """Go on elsewhere; what the file has is sent first, if it can be read."""
        from .database import is_broken, set_aside

        database = lane.store.database
        if database.path is None:
            raise error
        if is_broken(error):
            database.close()
            logger.warning("%s It was set aside as %s.", error, set_aside(database.path))
            self._own = None
            self._others = [each for each in self._others if each.store.database is not database]
            return self.open()
        self._own = self._in_memory(error)
        self._others.append(lane)
        self._before = lane
        return self._own

    def _has_room(self, rows: Sequence[NewRow]) -> bool:
        queued, size = len(rows), sum([len(row.body) for row in rows])
        for lane in self.lanes():
            queued += lane.queued
            size += lane.bytes
        return self.limits.have_room(queued, size)

    def _make_room(self, rows: Sequence[NewRow]) -> None:
        if self._has_room(rows):
            return
        if self.limits.when_full == "drop_progress":
            self._drop_progress()
        deadline = Deadline(
            0.0 if self.limits.when_full == "raise" else self.limits.patience, self._clock
        )
        while not self._has_room(rows):
            if deadline.passed:
                raise self.limits.full(self.queued, self.bytes)
            self._room.wait(deadline.remaining())

    def _drop_progress(self) -> None:
        """Throw away the progress that was not sent yet: the next one says more."""
        lane = self.open()
        ids = [each.row_id for each in lane.lane.merging.values()]
        gone = lane.store.discard(ids)
        lane.lane.merging.clear()
        self.dropped_progress += len(gone)
        self.removed(lane, gone)
