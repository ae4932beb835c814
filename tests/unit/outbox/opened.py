"""An outbox in a temporary folder, for tests of its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobsync.outbox import lanes
from jobsync.outbox.database import Database
from jobsync.outbox.pending_file import PendingFile
from jobsync.outbox.rows import NewRow
from jobsync.outbox.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from jobsync.outbox.rows import Lane, Row

HERE = "http://here"


class Opened:
    """A file, its store and one lane."""

    def __init__(self, path: Path | None) -> None:
        self.database = Database(path)
        self.store = Store(self.database)
        self.lane = lanes.open_lane(self.database, HERE)

    def add(self, *rows: NewRow) -> list[int]:
        return self.store.append(self.lane, rows)

    def lease(self, lane: Lane | None = None) -> list[Row]:
        return self.store.lease(lane or self.lane)

    def deliver(self) -> list[Any]:
        """Take all that can be sent, batch by batch; return what it says."""
        said = []
        while rows := self.lease():
            said += [row.command.get("n", row.kind) for row in rows]
            self.store.settle(self.lane, [row.id for row in rows])
        return said

    def queued(self) -> int:
        return sum(each.queued for each in lanes.summaries(self.database))

    def die(self) -> None:
        """Be gone without a word, as the process after kill -9."""
        assert self.lane.lock is not None
        self.lane.lock.release()
        self.database.close()


def event(n: int, job: str = "a") -> NewRow:
    return NewRow.of({"kind": "event", "jobId": job, "n": n})


def said(kind: str, job: str = "a", **fields: Any) -> NewRow:
    return NewRow.of({"kind": kind, "jobId": job, **fields})


def file(job: str = "a", path: str = "/nowhere", size: int = 0) -> NewRow:
    return PendingFile(job, path, size, 0, "output", "f").to_row()
