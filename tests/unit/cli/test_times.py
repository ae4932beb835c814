"""Times and durations as people say and type them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from jobsync.cli._durations import seconds
from jobsync.cli._failure import UsageError
from jobsync.cli._times import ago, clock, duration, took

NOON = datetime(2026, 1, 2, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("length", "said", "shown"),
    [
        (0.4, "0 s", "0:00"),
        (59.9, "59 s", "0:59"),
        (200, "3 min 20 s", "3:20"),
        (3600, "1 h", "1:00:00"),
        (3725, "1 h 2 min", "1:02:05"),
        (180_000, "2 d 2 h", "50:00:00"),
        (-5, "0 s", "0:00"),
    ],
)
def test_a_length_of_time_is_said_and_shown(length: float, said: str, shown: str) -> None:
    """In its two largest units, or as on a stopwatch; clocks that differ make none negative."""
    assert (duration(length), clock(length)) == (said, shown)


@pytest.mark.parametrize(
    ("before", "said"),
    [(-60, "now"), (0.5, "now"), (59, "59 s ago"), (3599, "59 min ago"), (86_400, "1 d ago")],
)
def test_a_moment_is_so_long_ago(before: float, said: str) -> None:
    """In its largest unit."""
    assert ago(NOON - timedelta(seconds=before), NOON) == said


def test_what_has_not_begun_has_taken_no_time() -> None:
    """What runs has taken as long as until now, what ended until then."""
    later = NOON + timedelta(hours=1)

    assert took(None, None, later) is None
    assert took(NOON, None, later) == timedelta(hours=1)
    assert took(NOON, NOON, later) == timedelta()


@pytest.mark.parametrize(
    ("typed", "meant"), [("90", 90), ("1.5m", 90), ("12h", 43_200), (" 7d ", 604_800), ("30 s", 30)]
)
def test_a_length_of_time_can_be_typed_with_its_unit(typed: str, meant: float) -> None:
    """Without one it is seconds."""
    assert seconds(typed, "--expires-in") == meant


@pytest.mark.parametrize("typed", ["", "h", "1w", "-1", "1h30", "1e9", "٣"])
def test_what_is_no_length_of_time_is_refused(typed: str) -> None:
    """The option is named, with examples."""
    with pytest.raises(UsageError, match=r"--expires-in.*12h"):
        seconds(typed, "--expires-in")
