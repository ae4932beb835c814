"""A file that waits to be sent, and what sends it."""

from __future__ import annotations

import os
import stat
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

from jobsync._commands import text
from jobsync._wire.values import dumps
from jobsync.errors import (
    FileChangedError,
    FileIsFolderError,
    FileMissingError,
    FileUnreadableError,
    InvalidFieldError,
)

from .rows import UPLOAD, NewRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jobsync._commands import Command

IfChanged = Literal["park", "upload"]


@dataclass(frozen=True)
class PendingFile:
    """What the outbox keeps of a file: which one it was, and what it is to the job."""

    job_id: str
    path: str
    size: int
    mtime_ns: int
    role: str
    filename: str
    sha256: str | None = None
    """In lower-case hex, if it is known."""
    content_type: str | None = None
    public: bool | None = None
    if_changed: IfChanged = "park"

    @classmethod
    def from_row(cls, content: Mapping[str, Any]) -> PendingFile:
        """Read what `to_row` wrote."""
        return cls(**content)

    def to_row(self) -> NewRow:
        """Write it down."""
        return NewRow(self.job_id, UPLOAD, dumps(asdict(self)))

    def check(self) -> None:
        """Raise if the path no longer leads to the file that was meant."""
        found = file_state(self.path)
        if self.if_changed == "park" and found != (self.size, self.mtime_ns):
            raise FileChangedError(
                f"{self.path} is not what it was when it was given to the job: it had {self.size} "
                f"bytes and has {found[0]}, or was written again. Upload it once more if it is "
                'right, or pass if_changed="upload".'
            )


class Uploader(Protocol):
    """What brings the bytes of a file to the deployment."""

    def __call__(self, file: PendingFile, /) -> Command:
        """Store the bytes and return the `asset` command that gives them to the job.

        Called in a thread of a pool, for several files at once, and again for the same file if it
        raised something that is retryable or the process died: then what was sent already should
        not be sent again. Any other error parks the file.
        """


def file_state(path: str) -> tuple[int, int]:
    """Return size and time of change of a file, or raise why there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 (as it was written down)
    except FileNotFoundError as error:
        raise FileMissingError(f"{path} does not exist.") from error
    except OSError as error:
        raise FileUnreadableError(f"{path} cannot be read: {error.strerror}.") from error
    if stat.S_ISDIR(found.st_mode):
        raise FileIsFolderError(f"{path} is a folder; upload its files one by one.")
    if not stat.S_ISREG(found.st_mode):
        raise FileUnreadableError(f"{path} is not a regular file.")
    return found.st_size, found.st_mtime_ns


def pending(
    job_id: str,
    path: str | os.PathLike[str],
    *,
    role: str,
    filename: str | None,
    content_type: str | None,
    public: bool | None,
    if_changed: IfChanged,
) -> PendingFile:
    """Write down which file is meant, and as what; raise if there is none."""
    if if_changed not in get_args(IfChanged):
        raise InvalidFieldError.of("if_changed", 'must be "park" or "upload"')
    # It may be sent by a process that runs in another folder.
    where = Path(path).absolute()
    size, mtime_ns = file_state(str(where))
    return PendingFile(
        text(job_id, "job_id"),
        str(where),
        size,
        mtime_ns,
        text(role, "role"),
        text(where.name if filename is None else filename, "filename"),
        content_type=content_type,
        public=public,
        if_changed=if_changed,
    )
