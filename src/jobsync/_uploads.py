"""A file on disk on its way out: hashed and sent as a stream, and watched meanwhile."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from .errors import (
    FileChangedError,
    FileIsFolderError,
    FileMissingError,
    FileUnreadableError,
    FileVanishedError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK = 1 << 20
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


class LocalFile:
    """An open file whose hash is known, and which must stay as it was then."""

    def __init__(self, path: Path, stream: BinaryIO) -> None:
        self.path = path
        self._stream = stream
        self._version = _Version.of(os.fstat(stream.fileno()))
        self.size = self._version.size
        self._digest = self._hash()

    @property
    def sha256(self) -> str:
        """The hash, in lower-case hex."""
        return self._digest.hex()

    def headers(self, content_type: str | None) -> dict[str, str]:
        """Return what an upload says of the file: its type, and the hash it must arrive with."""
        digest = base64.b64encode(self._digest).decode("ascii")
        return {
            "Content-Type": content_type or guess_type(self.path.name),
            "Digest": f"sha-256={digest}",
        }

    def body(self) -> FileBody:
        """Return the content from its beginning, for one attempt to send it."""
        self._stream.seek(0)
        return FileBody(self)

    def read(self, size: int) -> bytes:
        """Read on, and fail if the file is not what it was."""
        try:
            data = self._stream.read(size)
        except OSError as error:
            raise FileUnreadableError(f"{self.path} cannot be read: {error.strerror}.") from error
        if _Version.of(os.fstat(self._stream.fileno())) != self._version:
            raise FileChangedError(
                f"{self.path} changed while it was read; upload it when it is complete."
            )
        return data

    def check_still_there(self) -> None:
        """Fail if the path is no longer this file's, or its content is another."""
        self.read(0)
        try:
            found = _Version.of(self.path.stat())
        except OSError as error:
            raise FileVanishedError(f"{self.path} was removed while it went up.") from error
        if found != self._version:
            raise FileVanishedError(f"{self.path} was replaced by another file while it went up.")

    def _hash(self) -> bytes:
        digest = hashlib.sha256()
        while chunk := self.read(CHUNK):
            digest.update(chunk)
        return digest.digest()


class FileBody:
    """A request body that streams a file; its length makes a Content-Length header."""

    def __init__(self, file: LocalFile) -> None:
        self._file = file
        self._left = file.size

    def __len__(self) -> int:
        return self._file.size

    def __bool__(self) -> bool:
        # An empty file is a body all the same.
        return True

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, never more than the length that was announced."""
        data = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data


@contextmanager
def open_file(path: str | os.PathLike[str]) -> Iterator[LocalFile]:
    """Open and hash a file, or say why it cannot be uploaded."""
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
            raise FileIsFolderError(f"{where} is a folder; upload its files one by one.")
        raise FileUnreadableError(f"{where} is not a regular file.")
    with stream:
        yield LocalFile(where, stream)


def guess_type(filename: str) -> str:
    """Return the content type that a file's name stands for."""
    return mimetypes.guess_type(filename)[0] or FALLBACK_TYPE
