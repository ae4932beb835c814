"""The tables of the outbox, and how a file of an older version becomes one of this."""

from __future__ import annotations

import sqlite3

from jobsync.errors import OutboxUnusableError

FIRST = """
CREATE TABLE lanes (
  lane INTEGER PRIMARY KEY AUTOINCREMENT,
  writer TEXT NOT NULL UNIQUE,
  deployment TEXT NOT NULL,
  next_seq INTEGER NOT NULL DEFAULT 1,
  queued INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE rows (
  id INTEGER PRIMARY KEY,
  job TEXT NOT NULL,
  kind TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX uploads ON rows (id, job) WHERE kind = 'upload';
CREATE TABLE batches (lane INTEGER PRIMARY KEY, numbered TEXT NOT NULL);
CREATE TABLE parked (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  deployment TEXT NOT NULL,
  job TEXT NOT NULL,
  kind TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  body TEXT NOT NULL,
  code TEXT,
  reason TEXT NOT NULL,
  parked_at REAL NOT NULL
);
CREATE TRIGGER row_added AFTER INSERT ON rows BEGIN
  UPDATE lanes SET queued = queued + 1, bytes = bytes + new.bytes
  WHERE lane = new.id >> 40;
END;
CREATE TRIGGER row_removed AFTER DELETE ON rows BEGIN
  UPDATE lanes SET queued = queued - 1, bytes = bytes - old.bytes
  WHERE lane = old.id >> 40;
END;
CREATE TRIGGER row_changed AFTER UPDATE ON rows BEGIN
  UPDATE lanes SET bytes = bytes + new.bytes - old.bytes WHERE lane = new.id >> 40;
END;
"""

# To count with each row was a third of what it costs to append one.
WITHOUT_COUNTERS = """
DROP TRIGGER row_added;
DROP TRIGGER row_removed;
DROP TRIGGER row_changed;
CREATE TABLE lanes_without (
  lane INTEGER PRIMARY KEY AUTOINCREMENT,
  writer TEXT NOT NULL UNIQUE,
  deployment TEXT NOT NULL,
  next_seq INTEGER NOT NULL DEFAULT 1
);
INSERT INTO lanes_without SELECT lane, writer, deployment, next_seq FROM lanes;
DROP TABLE lanes;
ALTER TABLE lanes_without RENAME TO lanes;
"""

MIGRATIONS = (FIRST, WITHOUT_COUNTERS)
"""What takes a file from each version to the next; version 0 is an empty file."""


def migrate(connection: sqlite3.Connection, migrations: tuple[str, ...] = MIGRATIONS) -> None:
    """Bring a file to the newest version, in one transaction; refuse one that is newer."""
    if _version(connection) == len(migrations):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for script in _steps(_version(connection), migrations):
            _run(connection, script)
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
    except BaseException:
        connection.rollback()
        raise
    connection.execute("COMMIT")


def _steps(version: int, migrations: tuple[str, ...]) -> tuple[str, ...]:
    if version > len(migrations):
        raise OutboxUnusableError(
            f"The outbox is of version {version}, and this jobsync knows {len(migrations)}; "
            "upgrade it with `pip install --upgrade jobsync`."
        )
    return migrations[version:]


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _run(connection: sqlite3.Connection, script: str) -> None:
    # `executescript` would commit; a trigger has a semicolon inside.
    statement = ""
    for part in script.split(";"):
        statement += f"{part};"
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""
