"""When to send next."""

from __future__ import annotations

import pytest

from jobsync.outbox.pace import Pace


@pytest.mark.parametrize(
    ("interval", "told", "only_progress", "wait"),
    [
        (1.0, None, True, 1.0),
        (1.0, None, False, 1.0),
        (1.0, 0.1, True, 0.1),
        (1.0, 0.1, False, 0.1),
        (1.0, 3.0, True, 3.0),
        (1.0, 3.0, False, 1.0),
        (0.05, 3.0, True, 0.05),
        (0.05, 1.0, False, 0.05),
        (10.0, 1.0, False, 1.0),
    ],
)
def test_the_deployment_says_when_unless_the_caller_wants_it_sooner(
    interval: float, told: float | None, only_progress: bool, wait: float
) -> None:
    """Only progress may wait for longer than the interval, and only a usual one."""
    pace = Pace(interval)
    pace.told(told)
    pace.sent(100.0)

    assert pace.next_at(only_progress=only_progress) == 100.0 + wait


def test_what_comes_after_a_pause_goes_at_once() -> None:
    """There is nothing that it could be sent together with."""
    assert Pace(1.0).next_at(only_progress=True) < 0
