"""A large file on its way out in parts: the next are hashed while others are sent.

The deployment keeps each part that has arrived, so an upload that is begun again sends the rest.
"""

from __future__ import annotations

import hashlib
import queue
import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ._transfer import Share
from .errors import InvalidFieldError

if TYPE_CHECKING:
    from ._sending import Sender, Target
    from ._transfer import Progress
    from ._uploads import LocalFile

PART_SIZE = 64 << 20
MOST_PARTS = 4000
"""What the deployment takes."""

CONNECTIONS = 4
MOST_UNDER_WAY = 64 << 20
"""What is sent again after a crash, at most; and what shares a connection's two minutes that some
deployments give to one request. Larger parts therefore go one at a time."""


def check_part_size(part_size: Any, size: int) -> None:
    """Refuse parts of no size, and more of them than an asset can have."""
    if not isinstance(part_size, int) or part_size < 1:
        raise InvalidFieldError.of("part_size", "must be a whole number of bytes, at least 1")
    if size > part_size * MOST_PARTS:
        raise InvalidFieldError.of(
            "part_size",
            f"makes over {MOST_PARTS} parts of this file; pass {-(-size // MOST_PARTS)} or more",
        )


@dataclass(frozen=True)
class _Part:
    index: int
    start: int
    size: int
    sha256: str

    @property
    def wanted(self) -> dict[str, Any]:
        """The fields that name it."""
        return {"index": self.index, "sha256": self.sha256}


class PartedUpload:
    """One file, all of whose parts are to be staged."""

    def __init__(
        self,
        sender: Sender,
        named: dict[str, str],
        file: LocalFile,
        part_size: int,
        content_type: str,
        progress: Progress,
    ) -> None:
        self._sender = sender
        self._file = file
        self._part_size = part_size
        self._content_type = content_type
        self._progress = Share(progress)
        self._count = -(-file.size // part_size)
        self._named = {**named, "partCount": self._count}
        self._connections = max(1, min(CONNECTIONS, MOST_UNDER_WAY // part_size, self._count))
        self._hashed: queue.SimpleQueue[_Part | None] = queue.SimpleQueue()
        # Just ahead of what is sent, so that the disk's cache still has it then.
        self._ahead = threading.Semaphore(self._connections + 1)

    def run(self) -> dict[str, Any]:
        """Return the fields by which an asset command names the parts."""
        with ThreadPoolExecutor(2 * self._connections + 1, "jobsync-upload") as pool:
            hashes = pool.submit(self._hash)
            senders = [pool.submit(self._send_parts, pool) for _ in range(self._connections)]
            threads: list[Future[Any]] = [hashes, *senders]
            try:
                for thread in as_completed(threads):
                    thread.result()
            finally:
                self._stop()
            return hashes.result()

    def _stop(self) -> None:
        self._progress.stop()
        self._ahead.release()
        for _ in range(2 * self._connections):
            self._hashed.put(None)

    def _hash(self) -> dict[str, Any]:
        whole, digests = hashlib.sha256(), hashlib.sha256()
        for index in range(self._count):
            self._ahead.acquire()
            start = index * self._part_size
            size = min(self._part_size, self._file.size - start)
            part = self._file.slice(start, size).sha256(self._progress.check, whole.update)
            digests.update(part.encode())
            self._hashed.put(_Part(index, start, size, part))
        for _ in range(self._connections):
            self._hashed.put(None)
        parts = {"count": self._count, "sha256": digests.hexdigest()}
        return {"sha256": whole.hexdigest(), "parts": parts}

    def _send_parts(self, pool: Executor) -> None:
        """Send one part after the other.

        While one is sent, the one before it is made known, and a place for the next is asked for.
        """
        stored: list[dict[str, Any]] = []
        placed = self._place(stored)
        while placed is not None:
            self._ahead.release()
            next_placed = pool.submit(self._place, stored)
            stored = self._send(*placed)
            placed = next_placed.result()
        if stored:
            self._stage(stored, [])

    def _place(self, stored: list[dict[str, Any]]) -> tuple[_Part, Target] | None:
        """Return the next part and where it goes; what has arrived is made known with it."""
        part = self._next_hashed()
        if part is None and stored:
            # The next may be long in coming.
            self._stage(stored, [])
            stored = []
        part = part or self._hashed.get()
        if part is None:
            return None
        (target,) = self._stage(stored, [part.wanted])
        return part, target

    def _next_hashed(self) -> _Part | None:
        with suppress(queue.Empty):
            part = self._hashed.get(block=False)
            if part is None:
                self._hashed.put(None)
            return part
        return None

    def _send(self, part: _Part, target: Target) -> list[dict[str, Any]]:
        targets = [target]

        def place() -> Target:
            return targets.pop() if targets else self._stage([], [part.wanted])[0]

        sent = self._sender.send(
            place,
            self._file.slice(part.start, part.size),
            sha256=part.sha256,
            content_type=self._content_type,
            progress=self._progress,
        )
        return [{**part.wanted, "storageId": sent}] if isinstance(sent, str) else []

    def _stage(self, stored: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> list[Target]:
        args = {**self._named, "stored": list(stored), "wanted": wanted}
        return self._sender.ask("assets:stageParts", args, files=len(wanted))
