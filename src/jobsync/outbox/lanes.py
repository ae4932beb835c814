"""Lanes come and go with the processes that write to them; what a dead one left is taken over."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from .lane_lock import LaneLock
from .rows import Lane, LaneSummary, first_id

if TYPE_CHECKING:
    import sqlite3
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
    for lane in _lanes(database, deployment):
        if lane.number in own:
            continue
        lane.lock = LaneLock.take(_lock_path(database.path, lane.writer))
        if lane.lock is None:
            continue
        # Between the look and the lock its process may have come to an orderly end.
        if _exists(database, lane):
            adopted.append(lane)
        else:
            lane.lock.remove()
    return adopted


def leave(database: Database, lane: Lane) -> None:
    """Let go of a lane: it is gone if nothing waits in it, else somebody takes it over."""
    with database.writing() as connection:
        left = _has_rows(connection, lane)
        if not left:
            connection.execute("DELETE FROM lanes WHERE lane = ?", (lane.number,))
    if lane.lock is not None:
        lane.lock.release() if left else lane.lock.remove()


def others_wait(database: Database, lane: Lane) -> bool:
    """Return whether anything waits in another lane of a file, in whichever process."""
    others = [each for each in _lanes(database, lane.deployment) if each.number != lane.number]
    with database.reading() as connection:
        return any(_has_rows(connection, each) for each in others)


def summaries(database: Database) -> list[LaneSummary]:
    """Count what waits in each lane of a file, without holding anybody up meanwhile."""
    found = _lanes(database)
    with database.looking() as connection:
        return [_summary(connection, lane) for lane in found]


def summary(database: Database, lane: Lane) -> LaneSummary:
    """Count what waits in a lane, without holding anybody up meanwhile."""
    with database.looking() as connection:
        return _summary(connection, lane)


def is_alive(path: Path, writer: str) -> bool:
    """Return whether a process has a lane."""
    lock = LaneLock.take(_lock_path(path, writer))
    if lock is not None:
        lock.release()
    return lock is None


def _lanes(database: Database, deployment: str | None = None) -> list[Lane]:
    with database.reading() as connection:
        found = connection.execute("SELECT lane, writer, deployment FROM lanes ORDER BY lane")
        return [Lane(*entry) for entry in found if deployment in {None, entry[2]}]


def _summary(connection: sqlite3.Connection, lane: Lane) -> LaneSummary:
    found = connection.execute(
        "SELECT job, count(*), sum(bytes) FROM rows WHERE id > ? AND id < ? GROUP BY job",
        _range(lane),
    ).fetchall()
    return LaneSummary(
        writer=lane.writer,
        deployment=lane.deployment,
        queued=sum(count for _, count, _ in found),
        bytes=sum(size for _, _, size in found),
        jobs=frozenset(job for job, _, _ in found),
    )


def _has_rows(connection: sqlite3.Connection, lane: Lane) -> bool:
    found = connection.execute("SELECT 1 FROM rows WHERE id > ? AND id < ? LIMIT 1", _range(lane))
    return found.fetchone() is not None


def _range(lane: Lane) -> tuple[int, int]:
    return first_id(lane.number), first_id(lane.number + 1)


def _exists(database: Database, lane: Lane) -> bool:
    with database.reading() as connection:
        found = connection.execute("SELECT 1 FROM lanes WHERE lane = ?", (lane.number,))
        return found.fetchone() is not None


def _lock_path(path: Path, writer: str) -> Path:
    return path.with_name(f"{path.name}.lanes") / writer
