"""What an integration lets out."""

from __future__ import annotations

import pytest

from jobsync import ConnectionFailedError, JobCanceled
from jobsync.integrations._tolerance import tolerated

FAILURES = [ConnectionFailedError("unreachable"), ZeroDivisionError("division by zero")]


@pytest.mark.parametrize("error", FAILURES)
def test_a_failure_is_worth_a_warning(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever is followed goes on, whatever went wrong."""
    with tolerated("The job is not followed", strict=False):
        raise error

    assert caplog.messages == [f"The job is not followed: {error}"]


@pytest.mark.parametrize("error", FAILURES)
def test_strictly_a_failure_is_raised(error: Exception) -> None:
    """Somebody asked for it."""
    with pytest.raises(type(error)), tolerated("The job is not followed", strict=True):
        raise error


def test_a_cancellation_always_gets_through() -> None:
    """It is what somebody wants, not something that went wrong."""
    with pytest.raises(JobCanceled), tolerated("The job is not followed", strict=False):
        raise JobCanceled("stop")
