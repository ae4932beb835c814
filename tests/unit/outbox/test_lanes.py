"""Lanes, and who has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jobsync.outbox import lanes
from tests.unit.outbox.opened import HERE, Opened, event
from tests.unit.test_fork import in_child

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.sqlite"


def test_two_lanes_of_a_file_do_not_mix(path: Path) -> None:
    """Each has a writer, numbers and rows of its own."""
    one, two = Opened(path), Opened(path)
    one.add(event(1))
    two.add(event(2))

    assert one.deliver() == [1]
    assert two.deliver() == [2]
    assert one.lane.writer != two.lane.writer


def test_a_lane_is_not_taken_from_who_lives(path: Path) -> None:
    """Neither from another client of this process, nor from itself."""
    one, two = Opened(path), Opened(path)

    assert lanes.adopt(two.database, HERE, [two.lane.number]) == []
    assert lanes.is_alive(path, one.lane.writer)


def test_what_a_dead_process_left_is_taken_over_as_it_was(path: Path) -> None:
    """With its writer and the numbers that were given, so that nothing is done twice."""
    dead, heir = Opened(path), Opened(path)
    dead.add(event(1), event(2))
    numbered = dead.lease()
    dead.add(event(3))
    dead.die()
    (lane,) = lanes.adopt(heir.database, HERE, [heir.lane.number])

    assert lane.writer == dead.lane.writer
    assert heir.lease(lane) == numbered
    heir.store.settle(lane, [row.id for row in numbered])
    assert [(row.seq, row.command["n"]) for row in heir.lease(lane)] == [(3, 3)]


def test_only_one_takes_a_lane_over(path: Path) -> None:
    """The first who has its lock."""
    dead, one, two = (Opened(path) for _ in range(3))
    dead.add(event(1))
    dead.die()
    heirs = [one.lane.number, two.lane.number]

    taken = lanes.adopt(one.database, HERE, heirs)
    assert len(taken) == 1
    assert lanes.adopt(two.database, HERE, heirs) == []


def test_a_lane_that_is_left_empty_is_gone(path: Path) -> None:
    """One that is not is there for somebody else."""
    empty, full = Opened(path), Opened(path)
    full.add(event(1))
    for box in (empty, full):
        lanes.leave(box.database, box.lane)

    assert [each.writer for each in lanes.summaries(full.database)] == [full.lane.writer]
    assert [lock.name for lock in path.with_name(f"{path.name}.lanes").iterdir()] == [
        full.lane.writer
    ]
    assert not lanes.is_alive(path, full.lane.writer)


def test_a_child_that_forgets_a_lock_leaves_it_to_its_parent(path: Path) -> None:
    """And does not keep the lane alive when the parent is gone."""
    box = Opened(path)
    lock = box.lane.lock
    assert lock is not None

    def child() -> int:
        lock.release()
        return 0

    box.database.close()
    assert in_child(child) == 0
    assert lanes.is_alive(path, box.lane.writer)


def test_what_is_meant_for_another_deployment_is_left_alone(path: Path) -> None:
    """A file may be shared by clients of several."""
    dead, other = Opened(path), Opened(path)
    dead.add(event(1))
    dead.die()

    assert lanes.adopt(other.database, "http://elsewhere", [other.lane.number]) == []
    assert len(lanes.adopt(other.database, HERE, [other.lane.number])) == 1
