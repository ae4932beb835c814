"""What is known of a lane without asking its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobsync.outbox import lanes
from jobsync.outbox.open_lane import OpenLane, taken_over
from tests.unit.outbox.opened import Opened, event, said

if TYPE_CHECKING:
    from pathlib import Path


def test_it_knows_what_waits_as_if_it_had_counted(tmp_path: Path) -> None:
    """Whatever is added, changed and removed; nothing is counted again for that."""
    box = Opened(tmp_path / "outbox.sqlite")
    lane = OpenLane(box.store, box.lane)
    rows = [event(1), said("progress", n=2), event(3)]
    ids = box.add(*rows)
    lane.added(rows)
    assert lane.replace(ids[1], len(rows[1].body), said("progress", n=1000))
    sent = box.lease()[:1]
    box.store.settle(box.lane, [sent[0].id])
    lane.removed(sent)

    counted = lanes.summary(box.database, box.lane)
    assert (lane.queued, lane.bytes) == (counted.queued, counted.bytes)
    assert lane.queued == 2


def test_a_row_that_is_gone_is_not_changed(tmp_path: Path) -> None:
    """Nor what is known of its size."""
    box = Opened(tmp_path / "outbox.sqlite")
    lane = OpenLane(box.store, box.lane)

    assert not lane.replace(7, 10, said("progress"))
    assert lane.bytes == 0


def test_what_a_process_left_is_counted_when_it_is_taken_over(tmp_path: Path) -> None:
    """Rows, bytes, and the jobs that they are of."""
    box = Opened(tmp_path / "outbox.sqlite")
    rows = [event(1, job="a"), event(2, job="b"), event(3, job="b")]
    box.add(*rows)
    lane = taken_over(box.store, box.lane)

    assert (lane.queued, lane.bytes) == (3, sum(len(row.body) for row in rows))
    assert lane.jobs == {"a", "b"}
    assert lane.has_work
