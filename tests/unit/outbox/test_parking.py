"""What the deployment refused for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jobsync import InvalidFieldError
from jobsync.outbox import parking
from tests.unit.outbox.opened import Opened, event

if TYPE_CHECKING:
    from pathlib import Path

REFUSED = InvalidFieldError("kind: too long", {"code": "invalid_field"})


@pytest.fixture
def box(tmp_path: Path) -> Opened:
    return Opened(tmp_path / "outbox.sqlite")


def park_second(box: Opened) -> None:
    box.add(event(1), event(2), event(3))
    parking.park(box.database, box.lane, box.lease()[1], REFUSED, now=5.0)


def test_a_parked_row_leaves_its_lane_and_keeps_its_reason(box: Opened) -> None:
    """The others go on with the numbers that they have."""
    park_second(box)
    (kept,) = parking.parked(box.database)

    assert [row.seq for row in box.lease()] == [1, 3]
    assert (kept.code, kept.reason, kept.parked_at) == ("invalid_field", "kind: too long", 5.0)
    assert (kept.job_id, kept.kind, kept.command["n"]) == ("a", "event", 2)
    assert parking.count_parked(box.database) == 1


def test_a_parked_row_can_be_sent_again(box: Opened) -> None:
    """It comes last, with a new number; one that is not there is none."""
    park_second(box)
    (kept,) = parking.parked(box.database)

    assert parking.retry(box.store, box.lane, [kept.id, kept.id + 1]) == 1
    assert box.deliver() == [1, 3, 2]
    assert parking.parked(box.database) == []


def test_a_parked_row_can_be_thrown_away(box: Opened) -> None:
    """Then it is gone for good."""
    park_second(box)
    (kept,) = parking.parked(box.database)

    assert parking.purge(box.database, [kept.id, kept.id + 1]) == 1
    assert box.deliver() == [1, 3]
