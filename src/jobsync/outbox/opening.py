"""Opening the outbox: a file that is damaged is set aside, and another one begun."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from jobsync.errors import OutboxUnusableError

from . import lanes
from .database import Database, is_broken, set_aside
from .lane_lock import LaneLock
from .open_lane import OpenLane
from .store import Store

if TYPE_CHECKING:
    import threading
    from pathlib import Path

logger = logging.getLogger("jobsync")


def open_file(path: Path, deployment: str, lock: threading.RLock) -> OpenLane:
    """Open a lane of one's own in a file."""
    try:
        return _opened(path, deployment, lock)
    except OutboxUnusableError as error:
        if not is_broken(error):
            raise
    _repair(path, lock)
    return _opened(path, deployment, lock)


def open_memory(deployment: str, lock: threading.RLock) -> OpenLane:
    """Open a lane that ends with the process."""
    return _opened(None, deployment, lock)


def _opened(path: Path | None, deployment: str, lock: threading.RLock) -> OpenLane:
    database = Database(path, lock)
    return OpenLane(Store(database), lanes.open_lane(database, deployment))


def _repair(path: Path, lock: threading.RLock) -> None:
    """Set a damaged file aside, unless another process has done it meanwhile."""
    turn = LaneLock.take(path.with_name(f"{path.name}.repair"))
    if turn is None:
        return
    try:
        Database(path, lock).close()
    except OutboxUnusableError as error:
        if not is_broken(error):
            raise
        logger.warning("The outbox %s is damaged, and was set aside as %s.", path, set_aside(path))
    finally:
        turn.remove()
