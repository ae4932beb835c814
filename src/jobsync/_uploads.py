"""A file on disk on its way out: hashed and sent as a stream, and watched meanwhile."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from .errors import (
    FileChangedError,
    FileIsFolderError,
    FileMissingError,
    FileUnreadableError,
    FileVanishedError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHUNK = 1 << 20
SENT_AT_ONCE = 1 << 16
"""So little stays in the processor's cache until the other side of a fast connection has it."""
FALLBACK_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class _Version:
    """What tells one content of a file from another without reading it."""

    device: int
    inode: int
    size: int
    modified_ns: int

    @classmethod
    def of(cls, found: os.stat_result) -> _Version:
        return cls(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)

    def is_same_file(self, other: _Version) -> bool:
        """Whether it is the same file, though perhaps with other content."""
        return (self.device, self.inode) == (other.device, other.inode)


class LocalFile:
    """A file that must stay as it was when it was opened. Safe to read from several threads."""

    def __init__(self, path: Path, stream: BinaryIO) -> None:
        self.path = path
        # Kept open, so that no other file can get its inode meanwhile.
        self._stream = stream
        self._version = _Version.of(os.fstat(stream.fileno()))
        self.size = self._version.size

    @cached_property
    def sha256(self) -> str:
        """The hash of all of it, in lower-case hex."""
        return self.slice().sha256()

    def slice(self, start: int = 0, size: int | None = None) -> FileSlice:
        """Return some of its content, or all of it."""
        return FileSlice(self, start, self.size - start if size is None else size)

    def reopen(self) -> BinaryIO:
        """Open it once more, for a reader of its own."""
        try:
            stream = self.path.open("rb", buffering=0)
        except OSError as error:
            raise FileVanishedError(f"{self.path} was removed while it went up.") from error
        if not self._version.is_same_file(_Version.of(os.fstat(stream.fileno()))):
            stream.close()
            raise FileVanishedError(f"{self.path} was replaced by another file while it went up.")
        return stream

    def check_unchanged(self) -> None:
        """Fail if the content is not what it was."""
        if _Version.of(os.fstat(self._stream.fileno())) != self._version:
            raise FileChangedError(
                f"{self.path} changed while it was read; upload it when it is complete."
            )

    def check_still_there(self) -> None:
        """Fail if the path is no longer this file's, or its content is another."""
        self.check_unchanged()
        self.reopen().close()


class FileSlice:
    """Some of a file: what is hashed, and what one request sends."""

    def __init__(self, file: LocalFile, start: int, size: int) -> None:
        self._file = file
        self._start = start
        self._size = size

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return self._size

    def sha256(self, *also: Callable[[memoryview], object]) -> str:
        """Return the hash in lower-case hex; what is read is shown to others, too."""
        digest = hashlib.sha256()
        for chunk in self.chunks(CHUNK):
            digest.update(chunk)
            for look in also:
                look(chunk)
        return digest.hexdigest()

    def chunks(self, at_once: int = SENT_AT_ONCE) -> Iterator[memoryview]:
        """Read it piece by piece, each good until the next, and fail if the file changes."""
        buffer = memoryview(bytearray(min(at_once, max(self.size, 1))))
        left = self.size
        with self._file.reopen() as stream:
            stream.seek(self._start)
            while left:
                count = self._read(stream, buffer[: min(left, len(buffer))])
                self._file.check_unchanged()
                yield buffer[:count]
                left -= count

    def _read(self, stream: BinaryIO, buffer: memoryview) -> int:
        try:
            return stream.readinto(buffer)  # type: ignore[attr-defined, no-any-return]
        except OSError as error:
            path = self._file.path
            raise FileUnreadableError(f"{path} cannot be read: {error.strerror}.") from error


class Content(Protocol):
    """What is sent: so many bytes, as often as they are asked for."""

    @property
    def size(self) -> int:
        """How many."""

    def chunks(self) -> Iterator[memoryview]:
        """Give them piece by piece, each good until the next."""


class FileBody:
    """A request body that streams; its length makes a Content-Length header."""

    def __init__(self, content: Content, sent: Callable[[int], object]) -> None:
        self._content = content
        self._sent = sent

    def __len__(self) -> int:
        return self._content.size

    def __iter__(self) -> Iterator[memoryview]:
        untold = 0
        for chunk in self._content.chunks():
            yield chunk
            untold += len(chunk)
            if untold >= CHUNK:
                self._sent(untold)
                untold = 0
        self._sent(untold)


@contextmanager
def open_file(path: str | os.PathLike[str]) -> Iterator[LocalFile]:
    """Open a file, or say why it cannot be uploaded."""
    where = Path(path)
    try:
        # Opening a named pipe would wait for its writer.
        regular = stat.S_ISREG(where.stat().st_mode)
        stream = where.open("rb") if regular else None
    except FileNotFoundError as error:
        raise FileMissingError(f"{where} does not exist.") from error
    except OSError as error:
        raise FileUnreadableError(f"{where} cannot be opened: {error.strerror}.") from error
    if stream is None:
        if where.is_dir():
            raise FileIsFolderError(
                f"{where} is a folder; upload_folder gives all of its files to a job."
            )
        raise FileUnreadableError(f"{where} is not a regular file.")
    with stream:
        yield LocalFile(where, stream)


def guess_type(filename: str) -> str:
    """Return the content type that a file's name stands for."""
    return mimetypes.guess_type(filename)[0] or FALLBACK_TYPE
