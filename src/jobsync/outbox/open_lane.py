"""A lane that this process sends, in the file that it lies in."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jobsync._backoff import delay

from . import lanes
from .rows import PASSING, UPLOAD
from .store import MOST_ROWS

if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence

    from .awaited import Awaited
    from .rows import Lane, NewRow, Row
    from .store import Store

STILL = {*PASSING, UPLOAD, "event", "asset"}
"""What leaves a job in its state and its attempt."""


@dataclass(eq=False)
class OpenLane:
    """What is known of a lane besides its rows."""

    store: Store
    lane: Lane
    queued: int = 0
    bytes: int = 0
    unchecked: int = 0
    """How many rows were added since somebody looked how long the log is."""
    jobs: frozenset[str] = frozenset()
    """Those that had rows in it when it was taken over."""
    has_work: bool = False
    """Whether there may be something that could be sent."""
    retry_at: float = -math.inf
    failures: int = 0
    store_failures: int = 0
    """How often in a row it could not be written to."""
    most: int = MOST_ROWS
    """How many rows to send at once: fewer while one is looked for that cannot be sent."""
    last_file: int = 0
    """The id of the file that was begun last."""
    awaited: dict[int, Awaited] = field(default_factory=dict)

    @property
    def lock(self) -> threading.RLock:
        """What to hold for two things at once."""
        return self.store.database.lock

    @property
    def is_done(self) -> bool:
        """Whether nothing waits in it."""
        return self.queued <= 0 and not self.has_work

    def added(self, rows: Sequence[NewRow]) -> None:
        """Note that rows were appended. Progress does not go back to before a transition."""
        self.queued += len(rows)
        self.unchecked += len(rows)
        self.bytes += sum(len(row.body) for row in rows)
        self.has_work = True
        moved = {row.job for row in rows if row.kind not in STILL}
        if moved and self.lane.merging:
            merging = self.lane.merging
            self.lane.merging = {key: each for key, each in merging.items() if key[0] not in moved}

    def removed(self, rows: Sequence[Row]) -> None:
        """Note that rows have left it."""
        self.queued -= len(rows)
        self.bytes -= sum(row.bytes for row in rows)

    def replace(self, row_id: int, before: int, row: NewRow) -> bool:
        """Change a row that has so many bytes, in its place; return whether it is still there."""
        if not self.store.replace(row_id, row):
            return False
        self.bytes += len(row.body) - before
        return True

    def line_up(self, ahead: frozenset[str]) -> None:
        """Let the rows of some jobs wait, since a lane that goes first has rows of them."""
        if ahead != self.lane.behind:
            self.lane.behind = ahead
            self.lane.rewind()
            self.has_work = True

    def look_again(self) -> None:
        """Note that a file that others have waited for is there, or given up."""
        with self.lock:
            self.lane.rewind()
            self.has_work = True

    def put_off(self, now: float, chance: float) -> None:
        """Note that sending failed."""
        self.retry_at = now + delay(self.failures, chance)
        self.failures += 1

    def went_well(self) -> None:
        """Note that the deployment answers."""
        self.retry_at = -math.inf
        self.failures = self.store_failures = 0

    def leave(self) -> None:
        """Let go of it."""
        lanes.leave(self.store.database, self.lane)


def taken_over(store: Store, lane: Lane) -> OpenLane:
    """Go on with a lane that another process has left."""
    left = lanes.summary(store.database, lane)
    return OpenLane(store, lane, left.queued, left.bytes, jobs=left.jobs, has_work=True)
