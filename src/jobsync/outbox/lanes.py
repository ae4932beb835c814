"""Lanes come and go with the processes that write to them; what a dead one left is taken over."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from .lane_lock import LaneLock
from .rows import Lane, LaneSummary, first_id

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from .database import Database


def open_lane(database: Database, deployment: str) -> Lane:
    """Begin a lane, with a lock that is taken before anybody can see the lane."""
    writer = secrets.token_hex(12)
    lock = LaneLock.take(_lock_path(database.path, writer)) if database.path else None
    with database.reading() as connection:
        made = connection.execute(
            "INSERT INTO lanes (writer, deployment) VALUES (?, ?)", (writer, deployment)
        )
    return Lane(made.lastrowid or 0, writer, deployment, lock)


def adopt(database: Database, deployment: str, own: Collection[int]) -> list[Lane]:
    """Take over the lanes whose processes are gone, oldest first; `own` are those that live here.

    Their rows keep the writer and the numbers that they have.
    """
    if database.path is None:
        return []
    adopted = []
    for summary in summaries(database):
        if summary.number in own or summary.deployment != deployment:
            continue
        lock = LaneLock.take(_lock_path(database.path, summary.writer))
        if lock is None:
            continue
        lane = Lane(summary.number, summary.writer, deployment, lock)
        # Between the look and the lock its process may have come to an orderly end.
        if _exists(database, lane):
            adopted.append(lane)
        else:
            lock.remove()
    return adopted


def leave(database: Database, lane: Lane) -> None:
    """Let go of a lane: it is gone if nothing waits in it, else somebody takes it over."""
    with database.writing() as connection:
        (left,) = connection.execute(
            "SELECT count(*) FROM (SELECT 1 FROM rows WHERE id > ? AND id < ? LIMIT 1)",
            (first_id(lane.number), first_id(lane.number + 1)),
        ).fetchone()
        if not left:
            connection.execute("DELETE FROM lanes WHERE lane = ?", (lane.number,))
    if lane.lock is not None:
        lane.lock.release() if left else lane.lock.remove()


def summaries(database: Database) -> list[LaneSummary]:
    """Return what waits in each lane of a file."""
    with database.reading() as connection:
        found = connection.execute(
            "SELECT lane, writer, deployment, queued, bytes FROM lanes ORDER BY lane"
        )
        return [LaneSummary(*entry) for entry in found]


def size(database: Database, lane: Lane) -> tuple[int, int]:
    """Return how many rows wait in a lane, and how large they are."""
    with database.reading() as connection:
        found = connection.execute("SELECT queued, bytes FROM lanes WHERE lane = ?", (lane.number,))
        queued, size = found.fetchone()
        return queued, size


def jobs(database: Database, lane: Lane) -> frozenset[str]:
    """Return the jobs that rows wait for in a lane, without holding anybody up meanwhile."""
    with database.looking() as connection:
        found = connection.execute(
            "SELECT DISTINCT job FROM rows WHERE id > ? AND id < ?",
            (first_id(lane.number), first_id(lane.number + 1)),
        )
        return frozenset(job for (job,) in found)


def is_alive(path: Path, writer: str) -> bool:
    """Return whether a process has a lane."""
    lock = LaneLock.take(_lock_path(path, writer))
    if lock is not None:
        lock.release()
    return lock is None


def _exists(database: Database, lane: Lane) -> bool:
    with database.reading() as connection:
        found = connection.execute("SELECT 1 FROM lanes WHERE lane = ?", (lane.number,))
        return found.fetchone() is not None


def _lock_path(path: Path, writer: str) -> Path:
    return path.with_name(f"{path.name}.lanes") / writer
