"""Sending the batches of a lane, and taking what the deployment says to each row.

An outage keeps everything as it is. A batch that fails for good is sent again in smaller parts,
until the one row that makes it fail is found.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from jobsync._deliver import is_outage, refusal
from jobsync.errors import JobNotFoundError, JobsyncError, OutboxUnusableError

from .parking import park
from .rows import UPLOAD
from .store import MOST_ROWS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jobsync._clock import Clock
    from jobsync._commands import Command
    from jobsync._deliver import Answer

    from .open_lane import OpenLane
    from .outage import Outage
    from .outbox import Outbox
    from .rows import Parked, Row

PATIENT_TRIES = 8
"""How often a command is sent again, in half a minute, whose job another process may be making."""


class Ingest(Protocol):
    """The way to the deployment."""

    def __call__(self, writer_id: str, first_seq: int, commands: Sequence[Command], /) -> Answer:
        """Send commands under their numbers."""


@dataclass(frozen=True)
class Listener:
    """Whoever hears what becomes of rows."""

    answered: Callable[[Row, Mapping[str, Any]], None]
    parked: Callable[[Parked, JobsyncError], None]
    paced: Callable[[float | None], None]


class Sending:
    """Sends what is in lanes; used by one thread at a time."""

    def __init__(
        self, outbox: Outbox, ingest: Ingest, listener: Listener, outage: Outage, clock: Clock
    ) -> None:
        self.sent = 0
        """How many rows the deployment has answered."""
        self.is_quiet = False
        """Whether it is of no interest any more what goes wrong."""
        self._outbox = outbox
        self._ingest = ingest
        self._listener = listener
        self._outage = outage
        self._clock = clock

    def send(self, lane: OpenLane) -> bool:
        """Send a batch of a lane, if there is one; return whether that went well."""
        try:
            # What is appended from here on says so itself.
            lane.has_work = False
            rows = lane.store.lease(lane.lane)
            if rows:
                lane.has_work = True
                self._send(lane, _together(rows, lane.most))
        except Exception as error:  # noqa: BLE001 (a thread that ended would keep everything back)
            self._put_off(lane, error)
            return False
        return bool(rows)

    def park(self, lane: OpenLane, row: Row, error: JobsyncError) -> None:
        """Keep a row apart that cannot be sent, or tell whoever minds."""
        awaited = lane.awaited.pop(row.id, None)
        if awaited is not None and awaited.minds:
            lane.store.settle(lane.lane, [row.id])
        else:
            kept = park(lane.store.database, lane.lane, row, error, self._clock.now())
            self._listener.parked(kept, error)
        self._outbox.removed(lane, [row])
        if row.kind == UPLOAD:
            lane.look_again()
        if awaited is not None:
            awaited.tell(error)

    def _send(self, lane: OpenLane, rows: list[Row]) -> None:
        try:
            answer = self._ingest(lane.lane.writer, rows[0].seq or 1, [row.command for row in rows])
        except JobsyncError as error:
            if is_outage(error):
                raise
            self._narrow_down(lane, rows, error)
            return
        self._outage.is_over()
        lane.most = min(2 * lane.most, MOST_ROWS)
        self._listener.paced(answer.send_after)
        # What is too much for one transaction of the deployment has no receipt yet.
        self._take(lane, rows[: len(answer.receipts)], answer.receipts)

    def _narrow_down(self, lane: OpenLane, rows: list[Row], error: JobsyncError) -> None:
        """Send fewer next time; one row alone is parked, if the deployment takes others."""
        if len(rows) > 1:
            lane.most = len(rows) // 2
            return
        self._ingest(lane.lane.writer, rows[0].seq or 1, [])
        self.park(lane, rows[0], error)

    def _take(self, lane: OpenLane, rows: list[Row], receipts: Sequence[Mapping[str, Any]]) -> None:
        answers = list(zip(rows, receipts, strict=True))
        refused = {
            row.id: error for row, receipt in answers if (error := refusal(receipt)) is not None
        }
        done = [row for row in rows if row.id not in refused]
        lane.store.settle(lane.lane, [row.id for row in done])
        self._outbox.removed(lane, done)
        self.sent += len(done)
        early = self._take_back(lane, refused)
        for row, receipt in answers:
            if row.id in early:
                continue
            if row.id in refused:
                self.park(lane, row, refused[row.id])
            else:
                self._answered(lane, row, receipt)

    def _take_back(self, lane: OpenLane, refused: Mapping[int, JobsyncError]) -> set[int]:
        """Have rows sent again whose job may be on its way in another lane of the file."""
        strays = {
            row_id for row_id, error in refused.items() if isinstance(error, JobNotFoundError)
        }
        if not (strays and lane.failures < PATIENT_TRIES and self._outbox.others_wait(lane)):
            lane.went_well()
            return set()
        lane.store.take_back(lane.lane, strays)
        lane.put_off(self._clock.monotonic(), random.random())  # noqa: S311 (spreads load)
        return strays

    def _answered(self, lane: OpenLane, row: Row, receipt: Mapping[str, Any]) -> None:
        self._listener.answered(row, receipt)
        if (awaited := lane.awaited.pop(row.id, None)) is not None:
            awaited.tell(receipt)

    def _put_off(self, lane: OpenLane, error: Exception) -> None:
        if not self.is_quiet:
            self._outage.tell(error)
        lane.has_work = True
        lane.store_failures += isinstance(error, OutboxUnusableError)
        lane.put_off(self._clock.monotonic(), random.random())  # noqa: S311 (spreads load)


def _together(rows: list[Row], most: int) -> list[Row]:
    """Return the first rows, as far as their numbers follow each other."""
    first = rows[0].seq or 1
    for place, row in enumerate(rows[:most]):
        if row.seq != first + place:
            return rows[:place]
    return rows[:most]
