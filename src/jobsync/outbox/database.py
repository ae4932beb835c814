"""The SQLite file of the outbox: how it is opened, written and let go of.

The caller's thread never waits for the disk. Commits go to the write-ahead log without an fsync,
and only `checkpoint`, which the delivering thread calls, moves them into the file.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
import time
import weakref
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from jobsync.errors import OutboxUnusableError

from .schema import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUSY_TIMEOUT = 10.0
LOG_BYTES = 4 * 1024 * 1024
"""How long the write-ahead log may get before it is moved into the file."""

LONGEST_LOG = 16 * LOG_BYTES
"""How long it may get before those who write have to wait for that."""

BROKEN = ("malformed", "not a database")
SIDE_FILES = ("", "-wal", "-shm")


class Database:
    """One file, or with `None` only memory. Safe between threads.

    Nothing of a file is open while the process forks: SQLite's locks belong to a process, and what
    it remembers of them would be wrong in the child.
    """

    def __init__(self, path: Path | None, lock: threading.RLock | None = None) -> None:
        self.path = path
        self.lock = lock or threading.RLock()
        self._apart = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._is_closed = self._has_failed = False
        with self.lock, _converted(path):
            self._open()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection; a single statement that writes is a transaction of its own."""
        with self.lock, _converted(self.path):
            if self._is_closed:
                raise OutboxUnusableError(f"The outbox {self.path} was closed.")
            try:
                yield self._connection or self._open()
            except sqlite3.Error:
                self._has_failed = True
                raise

    @contextmanager
    def looking(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection of one's own, for what takes long, and holds nobody up but a fork."""
        if self.path is None:
            with self.reading() as connection:
                yield connection
            return
        with self._apart, _converted(self.path):
            connection = _connect(self.path)
            try:
                yield connection
            finally:
                connection.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection for one transaction."""
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                connection.rollback()
                raise

    @property
    def log_is_long(self) -> bool:
        """Whether it is time for a checkpoint."""
        return self.path is not None and (self._has_failed or self._log_size() >= LOG_BYTES)

    def checkpoint(self) -> None:
        """Move the log into the file if it has grown; nobody waits for that but the caller.

        Where it cannot grow any more, that makes room to take things out.
        """
        if not self.log_is_long:
            return
        self._has_failed = False
        with self.looking() as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        if self._log_size() >= LONGEST_LOG:
            # Where nobody ever pauses the log has no end; what little came meanwhile is waited for.
            with self.reading() as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        # Whoever writes first after this begins the log anew and waits for the disk: better here.
        with self.writing() as connection:
            connection.execute(
                "UPDATE lanes SET lane = lane WHERE lane = (SELECT max(lane) FROM lanes)"
            )
            connection.execute("PRAGMA incremental_vacuum(1000)").fetchall()

    def hold(self) -> None:
        """Before a fork: have no other thread in here, and nothing open."""
        self.lock.acquire()
        self._apart.acquire()
        if self.path is not None:
            self._close()

    def unhold(self) -> None:
        """Go on in the parent."""
        self._apart.release()
        self.lock.release()

    def close(self) -> None:
        """Let go of the file; who comes after this is told so."""
        with self.lock:
            self._is_closed = True
            self._close()

    def _open(self) -> sqlite3.Connection:
        self._connection = connection = _connect(self.path) if self.path else _in_memory()
        # Python 3.13 warns of a connection that nobody closed, and who drops a client drops this.
        self._when_dropped = weakref.finalize(self, connection.close)
        self._when_dropped.atexit = False
        return connection

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            self._when_dropped.detach()
            with suppress(sqlite3.Error):
                connection.close()

    def _log_size(self) -> int:
        try:
            return os.stat(f"{self.path}-wal").st_size  # noqa: PTH116 (a name beside the path)
        except OSError:
            return 0


def _connect(path: Path) -> sqlite3.Connection:
    _create(path)
    connection = sqlite3.connect(
        path, timeout=BUSY_TIMEOUT, isolation_level=None, check_same_thread=False
    )
    try:
        if not connection.execute("PRAGMA page_count").fetchone()[0]:
            # Each append writes a whole page to the log.
            connection.execute("PRAGMA page_size = 1024")
            # Later it would be a write for nothing.
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _in_memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    migrate(connection)
    return connection


def _create(path: Path) -> None:
    """Make the file, for its owner alone.

    Only if it is not there: to open and close one that SQLite has open would take its locks away.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


@contextmanager
def _converted(path: Path | None) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise OutboxUnusableError(f"The outbox {path} cannot be used: {error}.") from error


def is_broken(error: OutboxUnusableError) -> bool:
    """Whether the file itself is damaged, so that another one in its place would do."""
    cause = error.__cause__
    return isinstance(cause, sqlite3.DatabaseError) and any(part in str(cause) for part in BROKEN)


def set_aside(path: Path) -> Path:
    """Give a damaged file another name, and return that; nothing of it is lost."""
    mark = f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}"
    aside = path.with_name(f"{path.name}.corrupt-{mark}")
    for suffix in SIDE_FILES:
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
    return aside
