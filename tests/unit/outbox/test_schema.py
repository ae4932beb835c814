"""Versions of the outbox file."""

from __future__ import annotations

import sqlite3

import pytest

from jobsync import OutboxUnusableError
from jobsync.outbox.schema import MIGRATIONS, migrate


def opened() -> sqlite3.Connection:
    return sqlite3.connect(":memory:", isolation_level=None)


def tables(connection: sqlite3.Connection) -> set[str]:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in found}


def test_an_older_file_is_brought_to_the_newest_version() -> None:
    """Step by step, and what is in it stays; a second time changes nothing."""
    connection = opened()
    migrate(connection)
    connection.execute("INSERT INTO lanes (writer, deployment) VALUES ('w', 'd')")
    later = (*MIGRATIONS, "CREATE TABLE more (x);", "ALTER TABLE more ADD COLUMN y;")
    migrate(connection, later)
    migrate(connection, later)

    assert connection.execute("SELECT writer FROM lanes").fetchall() == [("w",)]
    assert connection.execute("SELECT x, y FROM more").fetchall() == []


def test_a_newer_file_is_left_alone() -> None:
    """A jobsync that does not know it could only spoil it."""
    connection = opened()
    migrate(connection, (*MIGRATIONS, "CREATE TABLE more (x);"))
    with pytest.raises(OutboxUnusableError, match="upgrade"):
        migrate(connection)


def test_a_step_that_fails_leaves_the_file_as_it_was() -> None:
    """The next start tries again."""
    connection = opened()
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, (*MIGRATIONS, "CREATE TABLE lanes (x);"))

    assert tables(connection) == set()
