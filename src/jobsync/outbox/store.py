"""The rows of the outbox: appended, numbered, and removed when the deployment has them.

A row is numbered right before it is sent for the first time, and keeps its number for good: sent
again it is known by it, so it has its effect once, however often its answer is lost.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from .rows import PASSING, UPLOAD, Lane, NewRow, Row, first_id

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    from .database import Database

MOST_ROWS = 400
"""Of one batch; the deployment takes 500."""

MOST_BYTES = 4 * 1024 * 1024
"""Of one batch. A function takes arguments of 16 MiB, and one command may have almost one."""

MOST_LOOKED_AT = 5_000
"""Rows in one transaction, where many wait for a file: others want to write, too."""

INSERT = "INSERT INTO rows (id, job, kind, bytes, body) VALUES (?, ?, ?, ?, ?)"


class Store:
    """The rows of one file. Whoever has to do two things at once holds `database.lock`."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def append(self, lane: Lane, rows: Sequence[NewRow]) -> list[int]:
        """Add rows to the end of a lane, all or none; return their ids.

        One row alone needs no transaction of its own, and so may be a part of one.
        """
        with self.database.lock:
            first = first_id(lane.number) + lane.place + 1
            entries = [
                (first + place, row.job, row.kind, len(row.body), row.body)
                for place, row in enumerate(rows)
            ]
            if len(entries) == 1:
                with self.database.reading() as connection:
                    connection.execute(INSERT, entries[0])
            else:
                with self.database.writing() as connection:
                    connection.executemany(INSERT, entries)
            lane.place += len(entries)
            return [entry[0] for entry in entries]

    def replace(self, row_id: int, row: NewRow) -> bool:
        """Change a row that is not numbered yet, in its place; return whether it is still there."""
        with self.database.reading() as connection:
            changed = connection.execute(
                "UPDATE rows SET kind = ?, bytes = ?, body = ? WHERE id = ?",
                (row.kind, len(row.body), row.body, row_id),
            )
            return changed.rowcount == 1

    def lease(self, lane: Lane) -> list[Row]:
        """Return the batch of a lane whose fate is not known yet, else number the next one."""
        while True:
            cursor = lane.cursor
            try:
                with self.database.writing() as connection:
                    rows = _numbered(connection, lane) or _number(connection, lane)
            except BaseException:
                lane.rewind()
                raise
            if rows or lane.cursor == cursor:
                return rows

    def take_back(self, lane: Lane, row_ids: Iterable[int]) -> None:
        """Give rows that had no effect new numbers, in their old places, the next time."""
        with self.database.writing() as connection:
            taken = set(row_ids)
            left = [entry for entry in _batch(connection, lane) if entry[1] not in taken]
            _keep_batch(connection, lane, left)
        lane.rewind()

    def settle(self, lane: Lane, row_ids: Iterable[int]) -> None:
        """Remove rows that the deployment has answered."""
        with self.database.writing() as connection:
            remove(connection, lane, row_ids)

    def discard(self, row_ids: Iterable[int]) -> list[Row]:
        """Remove rows that are not numbered yet; return those that were there."""
        gone = []
        with self.database.writing() as connection:
            for row_id in row_ids:
                if (row := _row(connection, row_id)) is not None:
                    connection.execute("DELETE FROM rows WHERE id = ?", (row_id,))
                    gone.append(row)
        return gone

    def row(self, row_id: int) -> Row | None:
        """Return a row, if it is still there."""
        with self.database.reading() as connection:
            return _row(connection, row_id)

    def answered_until(self, lane: Lane) -> int:
        """Return the id up to which all rows are answered, but those that wait for something."""
        with self.database.reading() as connection:
            unanswered = [row_id - 1 for _, row_id in _batch(connection, lane)]
            return min([lane.seen, *unanswered])

    def next_upload(self, lane: Lane, after: int) -> Row | None:
        """Return the next file of a lane that is to be sent."""
        with self.database.reading() as connection:
            found = connection.execute(
                "SELECT id, job, kind, bytes, body FROM rows "
                "WHERE kind = 'upload' AND id > ? AND id < ? ORDER BY id LIMIT 1",
                (max(after, first_id(lane.number)), first_id(lane.number + 1)),
            ).fetchone()
            return Row(*found) if found else None

    def rows(self, lane_number: int, most: int) -> list[Row]:
        """Return what waits in a lane, from its front, to be looked at."""
        with self.database.reading() as connection:
            found = connection.execute(
                "SELECT id, job, kind, bytes, body FROM rows WHERE id > ? AND id < ? "
                "ORDER BY id LIMIT ?",
                (first_id(lane_number), first_id(lane_number + 1), most),
            )
            return [Row(*entry) for entry in found]


def remove(connection: sqlite3.Connection, lane: Lane, row_ids: Iterable[int]) -> None:
    """Take rows out of a lane and of its batch, within a transaction."""
    gone = set(row_ids)
    connection.executemany("DELETE FROM rows WHERE id = ?", [(each,) for each in gone])
    _keep_batch(
        connection, lane, [entry for entry in _batch(connection, lane) if entry[1] not in gone]
    )


def _batch(connection: sqlite3.Connection, lane: Lane) -> list[list[int]]:
    found = connection.execute("SELECT numbered FROM batches WHERE lane = ?", (lane.number,))
    entry = found.fetchone()
    numbered: list[list[int]] = json.loads(entry[0]) if entry else []
    return numbered


def _keep_batch(connection: sqlite3.Connection, lane: Lane, numbered: list[list[int]]) -> None:
    if numbered:
        connection.execute(
            "INSERT OR REPLACE INTO batches (lane, numbered) VALUES (?, ?)",
            (lane.number, json.dumps(numbered)),
        )
    else:
        connection.execute("DELETE FROM batches WHERE lane = ?", (lane.number,))


def _numbered(connection: sqlite3.Connection, lane: Lane) -> list[Row]:
    rows = []
    for seq, row_id in _batch(connection, lane):
        row = _row(connection, row_id)
        if row is not None:
            rows.append(replace(row, seq=seq))
    return rows


def _row(connection: sqlite3.Connection, row_id: int) -> Row | None:
    found = connection.execute(
        "SELECT id, job, kind, bytes, body FROM rows WHERE id = ?", (row_id,)
    ).fetchone()
    return Row(*found) if found else None


def _number(connection: sqlite3.Connection, lane: Lane) -> list[Row]:
    taken = _take(connection, lane)
    if not taken:
        return []
    (next_seq,) = connection.execute(
        "SELECT next_seq FROM lanes WHERE lane = ?", (lane.number,)
    ).fetchone()
    numbered = [[next_seq + place, row.id] for place, row in enumerate(taken)]
    connection.execute(
        "UPDATE lanes SET next_seq = ? WHERE lane = ?", (next_seq + len(taken), lane.number)
    )
    _keep_batch(connection, lane, numbered)
    ids = {row.id for row in taken}
    lane.merging = {key: each for key, each in lane.merging.items() if each.row_id not in ids}
    return [replace(row, seq=seq) for row, (seq, _) in zip(taken, numbered, strict=True)]


def _take(connection: sqlite3.Connection, lane: Lane) -> list[Row]:
    """Go on through a lane until a batch is full, past what waits for a file of its job."""
    waiting = _waiting(connection, lane)
    rows: list[Row] = []
    size = 0
    for looked_at, row in enumerate(_after(connection, lane)):
        size += row.bytes
        if len(rows) == MOST_ROWS or (rows and size > MOST_BYTES) or looked_at == MOST_LOOKED_AT:
            break
        lane.cursor = row.id
        lane.seen = max(lane.seen, row.id)
        if _has_to_wait(row, lane, waiting):
            size -= row.bytes
        else:
            rows.append(row)
    return rows


def _has_to_wait(row: Row, lane: Lane, waiting: dict[str, int]) -> bool:
    if row.kind == UPLOAD or row.job in lane.behind:
        return True
    if row.id < waiting.get(row.job, row.id + 1):
        return False
    if row.kind not in PASSING:
        if row.kind != "event":
            lane.held.add(row.job)
        return True
    # What is said of an attempt must not come before the attempt.
    return row.job in lane.held


def _waiting(connection: sqlite3.Connection, lane: Lane) -> dict[str, int]:
    """Return the jobs with a file that is not stored yet, and where in the lane the first is."""
    found = connection.execute(
        "SELECT job, min(id) FROM rows WHERE kind = 'upload' AND id > ? AND id < ? GROUP BY job",
        (first_id(lane.number), first_id(lane.number + 1)),
    )
    return dict(found)


def _after(connection: sqlite3.Connection, lane: Lane) -> Iterator[Row]:
    found = connection.execute(
        "SELECT id, job, kind, bytes, body FROM rows WHERE id > ? AND id < ? ORDER BY id",
        (max(lane.cursor, first_id(lane.number)), first_id(lane.number + 1)),
    )
    return (Row(*entry) for entry in found)
