"""Trying again."""

from __future__ import annotations

import pytest

from jobsync._clock import Deadline
from jobsync._transports.retrying import Retrying
from jobsync.errors import (
    ConnectionFailedError,
    InvalidFieldError,
    JobsyncError,
    TemporaryServerError,
)
from tests.clocks import HeldClock


class Script:
    """Fails with each error in turn, then works."""

    def __init__(self, *errors: JobsyncError) -> None:
        self.errors = list(errors)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


DOWN = ConnectionFailedError("down")


def test_what_may_succeed_later_is_tried_again_with_growing_pauses() -> None:
    """Each pause lies between a half of the doubling row and all of it."""
    clock, script = HeldClock(), Script(DOWN, DOWN, DOWN)

    assert Retrying(4, clock).run(script, Deadline(None, clock)) == "done"
    assert script.calls == 4
    assert all(0.125 * 2**i <= pause <= 0.25 * 2**i for i, pause in enumerate(clock.slept))


def test_retries_end() -> None:
    """After the last chance the last error is raised."""
    clock, script = HeldClock(), Script(*[DOWN] * 9)

    with pytest.raises(ConnectionFailedError):
        Retrying(2, clock).run(script, Deadline(None, clock))
    assert script.calls == 3


def test_what_is_wrong_for_good_is_not_tried_again() -> None:
    """The caller's fault stays the caller's fault."""
    clock, script = HeldClock(), Script(InvalidFieldError("no"))

    with pytest.raises(InvalidFieldError):
        Retrying(4, clock).run(script, Deadline(None, clock))
    assert (script.calls, clock.slept) == (1, [])


def test_a_retry_that_would_come_too_late_is_not_waited_for() -> None:
    """Nobody sleeps until the deadline only to fail."""
    clock, script = HeldClock(), Script(TemporaryServerError("busy", {"retry_after": 20.0}))

    with pytest.raises(TemporaryServerError):
        Retrying(4, clock).run(script, Deadline(10.0, clock))
    assert (script.calls, clock.slept) == (1, [])


def test_the_deployment_is_given_the_time_that_it_asked_for() -> None:
    """`Retry-After` sets the pause."""
    clock, script = HeldClock(), Script(TemporaryServerError("busy", {"retry_after": 7.0}))

    assert Retrying(4, clock).run(script, Deadline(60.0, clock)) == "done"
    assert clock.slept == [7.0]
