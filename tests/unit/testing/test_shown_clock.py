"""What is remembered of a clock while its deployment does not run."""

from __future__ import annotations

import time

import pytest

from jobsync.testing._shown_clock import ShownClock

HOUR = 3600.0


def test_a_clock_that_was_never_moved_is_not_ahead() -> None:
    assert ShownClock().ahead() == 0


def test_one_that_was_moved_stays_as_far_ahead() -> None:
    clock = ShownClock()
    clock.shows(time.time() + HOUR, frozen=None)

    assert clock.ahead() == pytest.approx(HOUR, abs=60)
    assert clock.frozen_at is None


def test_one_that_was_stopped_goes_on_from_where_it_stood() -> None:
    """Moved, it stands still; let go, it does not."""
    clock = ShownClock()
    stood_at = time.time() - HOUR
    clock.shows(stood_at, frozen=True)
    clock.shows(stood_at + 1, frozen=None)
    assert clock.frozen_at == stood_at + 1
    assert clock.ahead() == pytest.approx(-HOUR, abs=60)

    clock.shows(stood_at + 2, frozen=False)
    assert clock.frozen_at is None
