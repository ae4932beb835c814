"""What the exit code of a command says."""

from __future__ import annotations

from enum import IntEnum

from jobsync import (
    AccessError,
    CallerError,
    JobsyncError,
    NotFoundError,
    ServerError,
    SettingsError,
    TransportError,
    WaitTimeoutError,
)
from jobsync.cli._failure import UsageError


class ExitCode(IntEnum):
    """The codes, told in docs/guides/command-line.md."""

    OK = 0
    FAILED = 1
    USAGE = 2
    UNREACHABLE = 3
    NOT_FOUND = 4
    TIMED_OUT = 124
    INTERRUPTED = 130


_BY_ERROR: tuple[tuple[type[JobsyncError], ExitCode], ...] = (
    (CallerError, ExitCode.USAGE),
    (UsageError, ExitCode.USAGE),
    (SettingsError, ExitCode.USAGE),
    (NotFoundError, ExitCode.NOT_FOUND),
    (AccessError, ExitCode.UNREACHABLE),
    (TransportError, ExitCode.UNREACHABLE),
    (ServerError, ExitCode.UNREACHABLE),
    (WaitTimeoutError, ExitCode.TIMED_OUT),
)


def of_error(error: JobsyncError) -> ExitCode:
    """Return the code for a command that ends with an error."""
    return next((code for kind, code in _BY_ERROR if isinstance(error, kind)), ExitCode.FAILED)
