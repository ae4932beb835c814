"""Time."""

from __future__ import annotations

from jobsync._clock import Deadline, SystemClock
from tests.clocks import HeldClock


def test_a_deadline_runs_down_and_stays_at_zero() -> None:
    """What is left is never negative."""
    clock = HeldClock()
    deadline = Deadline(10.0, clock)

    clock.sleep(4.0)
    assert (deadline.remaining(), deadline.at_most(5.0), deadline.at_most(9.0)) == (6.0, 5.0, 6.0)
    assert not deadline.passed

    clock.sleep(7.0)
    assert deadline.remaining() == 0.0
    assert deadline.passed


def test_a_deadline_without_seconds_never_passes() -> None:
    """`None` means for ever."""
    clock = HeldClock()
    deadline = Deadline(None, clock)

    clock.sleep(1e9)
    assert deadline.remaining() is None
    assert deadline.at_most(5.0) == 5.0
    assert not deadline.passed


def test_the_system_clock_grows() -> None:
    """The real clock moves on, also through sleep."""
    clock = SystemClock()
    before, wall = clock.monotonic(), clock.now()
    clock.sleep(0.001)

    assert before < clock.monotonic()
    assert wall < clock.now()
