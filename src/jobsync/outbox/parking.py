"""What the deployment refused for good: kept, shown, and sent again or thrown away on request."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .rows import NewRow, Parked
from .store import remove

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobsync.errors import JobsyncError

    from .database import Database
    from .rows import Lane, Row
    from .store import Store

COLUMNS = "id, deployment, job, kind, code, reason, parked_at, body"


def park(database: Database, lane: Lane, row: Row, error: JobsyncError, now: float) -> Parked:
    """Take a row out of its lane, and keep it with the reason."""
    with database.writing() as connection:
        remove(connection, lane, [row.id])
        made = connection.execute(
            "INSERT INTO parked (deployment, job, kind, bytes, body, code, reason, parked_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                lane.deployment,
                row.job,
                row.kind,
                row.bytes,
                row.body,
                error.code,
                str(error),
                now,
            ),
        )
    return Parked(
        made.lastrowid or 0,
        lane.deployment,
        row.job,
        row.kind,
        error.code,
        str(error),
        now,
        row.command,
    )


def parked(database: Database, most: int = 1000) -> list[Parked]:
    """Return what is parked, oldest first."""
    with database.reading() as connection:
        found = connection.execute(f"SELECT {COLUMNS} FROM parked ORDER BY id LIMIT ?", (most,))  # noqa: S608 (a constant)
        return [_parked(entry) for entry in found]


def count_parked(database: Database) -> int:
    """Return how many rows are parked."""
    with database.reading() as connection:
        return int(connection.execute("SELECT count(*) FROM parked").fetchone()[0])


def retry(store: Store, lane: Lane, numbers: Sequence[int]) -> int:
    """Put parked rows of its deployment at the end of a lane; return how many there were."""
    moved = 0
    with store.database.writing() as connection:
        for number in numbers:
            found = connection.execute(
                "SELECT job, kind, body FROM parked WHERE id = ? AND deployment = ?",
                (number, lane.deployment),
            ).fetchone()
            if found:
                connection.execute("DELETE FROM parked WHERE id = ?", (number,))
                store.append(lane, [NewRow(*found)])
                moved += 1
    return moved


def purge(database: Database, numbers: Sequence[int]) -> int:
    """Throw parked rows away for good; return how many there were."""
    with database.writing() as connection:
        gone = connection.executemany(
            "DELETE FROM parked WHERE id = ?", [(number,) for number in numbers]
        )
        return gone.rowcount


def _parked(entry: tuple[Any, ...]) -> Parked:
    number, deployment, job, kind, code, reason, at, body = entry
    return Parked(number, deployment, job, kind, code, reason, at, json.loads(body))
