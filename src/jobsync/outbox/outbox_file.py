"""The outbox of this machine, to be looked at and tidied up by people."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobsync import settings
from jobsync.errors import SettingsError

from . import lanes, parking
from .store import Store

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from .database import Database
    from .rows import Parked

MOST_SHOWN = 1000


@dataclass(frozen=True)
class Waiting:
    """What one process has said, and the deployment does not have yet."""

    deployment: str
    queued: int
    bytes: int
    is_alive: bool
    """Whether that process, or another one that took it over, is there to send it."""


class OutboxFile:
    """What waits, and what was refused for good.

    `path` is that of the file, else it is the one that a `ConvexSync` of this address would have.
    """

    def __init__(
        self, path: str | os.PathLike[str] | None = None, *, url: str | None = None
    ) -> None:
        found = settings.outbox_path("" if url is None else settings.check_url(url), path)
        if found is None:
            raise SettingsError("There is no place for an outbox: set JOBSYNC_OUTBOX to a path.")
        self._path = found

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._path)!r})"

    @property
    def path(self) -> Path:
        """The file, which need not be there."""
        return self._path

    def waiting(self) -> list[Waiting]:
        """Return what waits, for each process that said it."""
        with self._opened() as database:
            return [
                Waiting(
                    lane.deployment,
                    lane.queued,
                    lane.bytes,
                    lanes.is_alive(self._path, lane.writer),
                )
                for lane in (lanes.summaries(database) if database else ())
                if lane.queued
            ]

    def parked(self, most: int = MOST_SHOWN) -> list[Parked]:
        """Return what the deployment has refused for good, oldest first."""
        with self._opened() as database:
            return parking.parked(database, most) if database else []

    def retry(self, numbers: Collection[int]) -> int:
        """Have parked commands sent again, by the next `flush`; return how many there were."""
        with self._opened() as database:
            if database is None:
                return 0
            wanted = [each for each in parking.parked(database) if each.id in numbers]
            return sum(
                _sent_again(database, deployment, [each.id for each in wanted])
                for deployment in {each.deployment for each in wanted}
            )

    def purge(self, numbers: Sequence[int]) -> int:
        """Throw parked commands away for good; return how many there were."""
        with self._opened() as database:
            return parking.purge(database, numbers) if database else 0

    @contextmanager
    def _opened(self) -> Iterator[Database | None]:
        """Open the file, unless there is none: to look at it does not make it."""
        if not self._path.exists():
            yield None
            return
        from .database import Database

        database = Database(self._path)
        try:
            yield database
        finally:
            database.close()


def _sent_again(database: Database, deployment: str, numbers: Sequence[int]) -> int:
    lane = lanes.open_lane(database, deployment)
    moved = parking.retry(Store(database), lane, numbers)
    lanes.leave(database, lane)
    return moved
