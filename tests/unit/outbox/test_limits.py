"""How much may wait."""

from __future__ import annotations

from typing import Any

import pytest

from jobsync import InvalidFieldError
from jobsync.outbox.limits import Limits


@pytest.mark.parametrize(
    ("rows", "size", "is_room"), [(5, 100, True), (6, 100, False), (5, 101, False), (1, 999, True)]
)
def test_there_is_room_up_to_a_number_and_a_size(rows: int, size: int, is_room: bool) -> None:
    """One alone always has room, or it could never be sent."""
    assert Limits(5, 100).have_room(rows, size) is is_room


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"rows": 0}, "max_queued"),
        ({"bytes": -1}, "max_queued_bytes"),
        ({"when_full": "x"}, "when_full"),
    ],
)
def test_bounds_that_are_none_are_refused(wrong: dict[str, Any], field: str) -> None:
    """The error names the option."""
    with pytest.raises(InvalidFieldError, match=field):
        Limits(**wrong).check()


def test_whoever_finds_no_room_learns_what_to_do() -> None:
    """And how much waits."""
    assert "1,234 commands (5 bytes)" in str(Limits().full(1234, 5))
    assert "max_queued" in str(Limits().full(1, 1))
