"""Files on their way: some at once, each in a thread, until it is stored or given up."""

from __future__ import annotations

import random
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from jobsync._backoff import delay
from jobsync._deliver import is_outage
from jobsync.errors import JobsyncError, OutboxUnusableError, UploadError

from .pending_file import PendingFile
from .rows import NewRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobsync._commands import Command

    from .open_lane import OpenLane
    from .outage import Outage
    from .pending_file import Uploader
    from .rows import Row

MOST_AT_ONCE = 4


class UploadPool:
    """Sends files; `given_up` and `stored` are called in the threads that did.

    A job that `is_known` may be given a file at once; else what was said before has to be there.
    """

    def __init__(
        self,
        uploader: Uploader,
        given_up: Callable[[OpenLane, Row, JobsyncError], None],
        stored: Callable[[], None],
        is_known: Callable[[str], bool],
        outage: Outage,
    ) -> None:
        self._uploader = uploader
        self._given_up = given_up
        self._stored = stored
        self._is_known = is_known
        self._outage = outage
        self._lock = threading.Lock()
        self._running = 0
        self._waiting = 0
        self._stopped = threading.Event()

    @property
    def running(self) -> int:
        """How many files are begun."""
        return self._running

    @property
    def is_moving(self) -> bool:
        """Whether bytes may be on their way, and not all wait for an outage to end."""
        return self._running > self._waiting

    def begin(self, lane: OpenLane) -> None:
        """Begin with the next files of a lane, as far as there are free hands."""
        while self._running < MOST_AT_ONCE and (row := self._next(lane)) is not None:
            thread = threading.Thread(
                target=self._run, args=(lane, row), name="jobsync-upload", daemon=True
            )
            with self._lock:
                self._running += 1
            try:
                thread.start()
            except RuntimeError:
                # The interpreter is shutting down: the next process sends it.
                with self._lock:
                    self._running -= 1
                lane.last_file = row.id - 1
                return

    def stop(self) -> None:
        """Try nothing again."""
        self._stopped.set()

    def _next(self, lane: OpenLane) -> Row | None:
        with self._lock:
            row = lane.store.next_upload(lane.lane, lane.last_file)
            if row is None or not self._may_begin(lane, row):
                return None
            lane.last_file = row.id
            return row

    def _may_begin(self, lane: OpenLane, row: Row) -> bool:
        """Whether the deployment has the job: what makes one is ahead of its files."""
        if row.job in lane.lane.behind:
            return False
        return self._is_known(row.job) or row.id <= lane.store.answered_until(lane.lane)

    def _run(self, lane: OpenLane, first: Row) -> None:
        row: Row | None = first
        try:
            # If the outbox cannot be read, the thread that delivers says so.
            with suppress(OutboxUnusableError):
                while row is not None and not self._stopped.is_set():
                    self._send(lane, row)
                    self._stored()
                    row = self._next(lane)
        finally:
            with self._lock:
                self._running -= 1
            self._stored()

    def _send(self, lane: OpenLane, row: Row) -> None:
        try:
            command = self._store(PendingFile.from_row(row.command))
            if command is not None:
                self._take_its_place(lane, row, command)
        except JobsyncError as error:
            if not self._stopped.is_set():
                self._given_up(lane, row, error)

    def _store(self, file: PendingFile) -> Command | None:
        failures = 0
        while not self._stopped.is_set():
            try:
                file.check()
                return self._uploader(file)
            except JobsyncError as error:
                if not is_outage(error):
                    raise
                if failures == 0:
                    self._outage.tell(error)
            except Exception as error:
                raise UploadError(f"{file.path} could not be sent: {error!r}") from error
            self._wait(delay(failures, random.random()))  # noqa: S311 (spreads load)
            failures += 1
        return None

    def _wait(self, seconds: float) -> None:
        with self._lock:
            self._waiting += 1
        self._stopped.wait(seconds)
        with self._lock:
            self._waiting -= 1

    @staticmethod
    def _take_its_place(lane: OpenLane, row: Row, command: Command) -> None:
        with lane.lock:
            lane.replace(row.id, row.bytes, NewRow.of(command))
            lane.look_again()
