"""Versions of the outbox file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from jobsync import OutboxUnusableError
from jobsync.outbox.schema import MIGRATIONS, migrate

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        yield connection


def tables(connection: sqlite3.Connection) -> set[str]:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in found}


def test_an_older_file_is_brought_to_the_newest_version(connection: sqlite3.Connection) -> None:
    """Step by step, and what is in it stays; a second time changes nothing."""
    migrate(connection)
    connection.execute("INSERT INTO lanes (writer, deployment) VALUES ('w', 'd')")
    later = (*MIGRATIONS, "CREATE TABLE more (x);", "ALTER TABLE more ADD COLUMN y;")
    migrate(connection, later)
    migrate(connection, later)

    assert connection.execute("SELECT writer FROM lanes").fetchall() == [("w",)]
    assert connection.execute("SELECT x, y FROM more").fetchall() == []


def test_a_newer_file_is_left_alone(connection: sqlite3.Connection) -> None:
    """A jobsync that does not know it could only spoil it."""
    migrate(connection, (*MIGRATIONS, "CREATE TABLE more (x);"))
    with pytest.raises(OutboxUnusableError, match="upgrade"):
        migrate(connection)


def test_a_step_that_fails_leaves_the_file_as_it_was(connection: sqlite3.Connection) -> None:
    """The next start tries again."""
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, (*MIGRATIONS, "CREATE TABLE lanes (x);"))

    assert tables(connection) == set()
