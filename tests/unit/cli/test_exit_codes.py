"""What the exit code of a command says."""

from __future__ import annotations

import pytest

import jobsync
from jobsync import JobsyncError
from jobsync.cli._exit_codes import ExitCode, of_error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("InvalidFieldError", ExitCode.USAGE),
        ("SettingsError", ExitCode.USAGE),
        ("JobNotFoundError", ExitCode.NOT_FOUND),
        ("AuthenticationError", ExitCode.UNREACHABLE),
        ("ConnectionFailedError", ExitCode.UNREACHABLE),
        ("FunctionsMissingError", ExitCode.UNREACHABLE),
        ("WaitTimeoutError", ExitCode.TIMED_OUT),
        ("FileMissingError", ExitCode.FAILED),
    ],
)
def test_each_kind_of_error_has_its_code(error: str, code: ExitCode) -> None:
    """By whose fault it is."""
    assert of_error(getattr(jobsync, error)("no")) is code


def test_no_error_counts_as_success() -> None:
    """Whatever is added later."""
    names = [name for name in jobsync.__all__ if name.endswith("Error")]
    errors = [getattr(jobsync, name) for name in names]

    assert all(of_error(error("no")) for error in errors if issubclass(error, JobsyncError))
