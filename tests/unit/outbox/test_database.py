"""The file of the outbox."""

from __future__ import annotations

import resource
import sqlite3
import stat
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from jobsync import OutboxUnusableError
from jobsync.outbox import lanes
from jobsync.outbox.database import LOG_BYTES, LONGEST_LOG, Database, is_broken, set_aside
from tests.unit.outbox.opened import Opened, event
from tests.unit.test_fork import in_child

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "outbox.sqlite"


def test_the_file_is_its_owners_alone(path: Path) -> None:
    """What waits there is nobody else's business."""
    box = Opened(path)
    box.add(event(1))

    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.glob("*.sqlite*")} == {
        0o600,
        0o700,
    }


def test_what_was_written_is_there_for_the_next(path: Path) -> None:
    """Without a close, as after a kill."""
    first = Opened(path)
    first.add(event(1))

    assert [each.queued for each in lanes.summaries(Database(path))] == [1]


def test_a_transaction_that_fails_leaves_nothing(path: Path) -> None:
    """Half a change would be none that somebody wanted."""
    box = Opened(path)

    def write() -> None:
        with box.database.writing():
            box.add(event(1))
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="middle"):
        write()

    assert box.queued() == 0


def test_the_log_is_moved_into_the_file(path: Path) -> None:
    """So neither grows without end; what is in it stays."""
    box = Opened(path)
    text = event(1).body + " " * 100_000
    row = type(event(1))("a", "event", text)
    while path.with_name("outbox.sqlite-wal").stat().st_size < LOG_BYTES:
        box.add(row)
    before = box.queued()
    box.database.checkpoint()
    box.add(row)

    assert path.stat().st_size > LOG_BYTES // 2
    assert path.with_name("outbox.sqlite-wal").stat().st_size < 2 * LOG_BYTES
    assert box.queued() == before + 1


def test_the_log_ends_somewhere_though_nobody_pauses(path: Path) -> None:
    """A pipeline that always has something to say would else fill the disk."""
    box = Opened(path)
    done = threading.Event()
    row = type(event(1))("a", "event", " " * 500_000 + event(1).body)

    def write() -> None:
        while not done.is_set():
            box.add(row)

    log = path.with_name("outbox.sqlite-wal")
    thread = threading.Thread(target=write)
    thread.start()
    try:
        for _ in range(3):
            while log.stat().st_size < LONGEST_LOG:
                done.wait(0.001)
            box.database.checkpoint()
            assert log.stat().st_size < LONGEST_LOG
    finally:
        done.set()
        thread.join()


def test_a_file_that_is_none_can_be_set_aside(path: Path) -> None:
    """It keeps what it holds, under another name, and a new one takes its place."""
    path.parent.mkdir()
    path.write_bytes(b"no database at all " * 100)
    with pytest.raises(OutboxUnusableError) as error:
        Database(path)
    assert is_broken(error.value)
    aside = set_aside(path)
    Opened(path).add(event(1))

    assert aside.read_bytes().startswith(b"no database")
    assert ".corrupt-" in aside.name


def test_a_place_where_nothing_can_be_written_is_an_error(tmp_path: Path) -> None:
    """Another file there would not help."""
    (tmp_path / "file").touch()
    with pytest.raises(OutboxUnusableError, match="cannot be used") as error:
        Database(tmp_path / "file" / "outbox.sqlite")
    assert not is_broken(error.value)


def test_a_full_disk_is_an_error_that_leaves_what_is_there(path: Path) -> None:
    """Whoever wanted to write hears of it, and what was written can be read."""
    box = Opened(path)
    box.add(event(1))
    with box.database.reading() as connection:
        connection.execute("PRAGMA max_page_count = 20").fetchall()
    with pytest.raises(OutboxUnusableError, match="full"):
        box.add(type(event(1))("a", "event", "x" * 1_000_000))

    assert box.deliver() == [1]


def test_a_log_that_cannot_grow_is_emptied(path: Path) -> None:
    """So what is in the file can be taken out, though nothing more can be put in."""

    def child() -> int:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        box = Opened(path)
        row = type(event(1))("a", "event", " " * 20_000 + event(1).body)
        added = 0
        with suppress(OutboxUnusableError):
            while added < 10:
                box.add(row)
                added += 1
        with suppress(OutboxUnusableError):
            box.lease()
        box.database.checkpoint()
        return 0 < added < 10 and len(box.deliver()) == added

    assert in_child(child)


def test_nothing_is_open_while_the_process_forks(path: Path) -> None:
    """Parent and child go on, each with a connection of its own."""
    box = Opened(path)
    box.add(event(1))
    box.database.hold()

    def child() -> int:
        assert box.lane.lock is not None
        box.lane.lock.release()
        own = Opened(path)
        own.add(event(2))
        return own.queued()

    forked = in_child(child)
    box.database.unhold()

    assert forked == 2
    assert box.deliver() == [1]
    assert box.queued() == 1


def test_a_fork_waits_until_nobody_is_inside(path: Path) -> None:
    """A child of a half-done transaction could not go on."""
    box = Opened(path)
    held = threading.Event()

    def fork() -> None:
        box.database.hold()
        held.set()
        box.database.unhold()

    with box.database.writing():
        thread = threading.Thread(target=fork)
        thread.start()
        assert not held.wait(0.05)
    thread.join(30)
    assert held.is_set()


def test_what_is_damaged_in_the_middle_is_told_apart() -> None:
    """From a disk that is full or a file that is locked."""
    damaged, full = OutboxUnusableError("x"), OutboxUnusableError("x")
    damaged.__cause__ = sqlite3.DatabaseError("database disk image is malformed")
    full.__cause__ = sqlite3.OperationalError("database or disk is full")

    assert is_broken(damaged)
    assert not is_broken(full)
