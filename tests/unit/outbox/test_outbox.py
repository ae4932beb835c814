"""All that waits to be sent by one client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jobsync import OutboxFullError, OutboxUnusableError
from jobsync.outbox import lanes
from jobsync.outbox.limits import Limits, WhenFull
from jobsync.outbox.outbox import Outbox
from tests.clocks import HeldClock
from tests.unit.outbox.opened import HERE, Opened, event, said
from tests.unit.test_fork import in_child

if TYPE_CHECKING:
    from pathlib import Path

    from jobsync.outbox.rows import NewRow

SPOKEN = ("a", 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.sqlite"


def outbox(path: Path | None, *, must_last: bool = False, **limits: Any) -> Outbox:
    return Outbox(path, HERE, Limits(patience=0.0, **limits), HeldClock(), must_last=must_last)


def progress(fields: dict[str, Any]) -> NewRow:
    return said("progress", **fields)


def waiting(box: Outbox) -> list[Any]:
    lane = box.open()
    return [row.command.get("n", row.kind) for row in lane.store.rows(lane.lane.number, 100)]


def test_nothing_is_made_before_something_is_kept(path: Path) -> None:
    """A client that only calls strictly leaves no file behind."""
    box = outbox(path)
    assert not box.may_have_rows
    assert not path.exists()
    box.append([event(1)])

    assert path.exists()
    assert box.queued == 1


def test_progress_is_put_together_until_it_is_sent(path: Path) -> None:
    """Each field keeps its latest value, in the place of the first."""
    box = outbox(path)
    box.merge(SPOKEN, {"progress": 1, "stage": "s"}, progress)
    box.append([event(1)])
    box.merge(SPOKEN, {"progress": 2}, progress)
    lane = box.open()
    (row, _) = lane.store.lease(lane.lane)
    box.merge(SPOKEN, {"progress": 3}, progress)

    assert (row.command["progress"], row.command["stage"]) == (2, "s")
    assert waiting(box) == ["progress", 1, "progress"]


def test_progress_does_not_go_back_to_before_a_transition(path: Path) -> None:
    """It belongs to the attempt that began with that."""
    box = outbox(path)
    box.merge(SPOKEN, {"progress": 90}, progress)
    box.append([said("fail"), said("start")])
    box.merge(SPOKEN, {"progress": 1}, progress)

    assert waiting(box) == ["progress", "fail", "start", "progress"]


@pytest.mark.parametrize("when_full", ["raise", "block"])
def test_without_room_there_is_an_error(path: Path, when_full: WhenFull) -> None:
    """At once, or when patience is over; progress that has no room stays in memory."""
    box = outbox(path, rows=2, when_full=when_full)
    box.append([event(1), event(2)])
    with pytest.raises(OutboxFullError, match="2 commands"):
        box.append([event(3)])
    assert not box.merge(SPOKEN, {"progress": 1}, progress)

    assert waiting(box) == [1, 2]


def test_progress_is_dropped_where_that_is_wanted(path: Path) -> None:
    """And counted."""
    box = outbox(path, rows=2, when_full="drop_progress")
    box.merge(SPOKEN, {"progress": 1}, progress)
    box.append([event(1)])
    box.append([event(2)])

    assert waiting(box) == [1, 2]
    assert box.dropped_progress == 1


def test_what_is_taken_over_goes_first(path: Path) -> None:
    """And is let go of when it is empty."""
    dead = Opened(path)
    dead.add(event(1), event(2))
    dead.die()
    box = outbox(path)
    box.append([event(3)])
    box.adopt()
    first, own = box.lanes()

    assert (first.queued, first.has_work, box.is_own(own)) == (2, True, True)
    assert own.store.lease(own.lane) == []
    rows = first.store.lease(first.lane)
    first.store.settle(first.lane, [row.id for row in rows])
    box.removed(first, rows)
    first.has_work = False
    box.tidy()
    assert [lane.lane.number for lane in box.lanes()] == [own.lane.number]
    assert [row.command["n"] for row in own.store.lease(own.lane)] == [3]


def test_what_is_left_is_there_for_the_next(path: Path) -> None:
    """An orderly end leaves no empty lane."""
    empty, full = outbox(path), outbox(path)
    empty.open()
    full.append([event(1)])
    for box in (empty, full):
        box.close()
    heir = outbox(path)
    heir.adopt()

    assert heir.queued == 1
    assert len(lanes.summaries(heir.open().store.database)) == 2


def test_where_nothing_can_be_written_it_goes_on_in_memory(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One warning says that this does not last; or it is an error."""
    (tmp_path / "file").touch()
    nowhere = tmp_path / "file" / "outbox.sqlite"
    box = outbox(nowhere)
    for n in range(3):
        box.append([event(n)])

    assert waiting(box) == [0, 1, 2]
    assert len(caplog.records) == 1
    with pytest.raises(OutboxUnusableError):
        outbox(nowhere, must_last=True).append([event(1)])


def test_a_file_that_stops_working_is_sent_before_what_came_after(path: Path) -> None:
    """Unless it cannot even be read any more."""
    box = outbox(path)
    box.append([event(1)])
    file = box.open()
    with file.store.database.reading() as connection:
        connection.execute("PRAGMA max_page_count = 1").fetchall()
    box.append([said("event", n=2, text="x" * 1_000_000)])
    before, own = box.lanes()

    assert (before, waiting(box)) == (file, [2])
    assert box.has_to_wait(own)
    file.store_failures = 99
    assert not box.has_to_wait(own)


def test_a_file_that_breaks_is_set_aside(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What comes after goes into a new one."""
    box = outbox(path)
    box.append([event(1)])
    box.open().store.database.hold()
    box.open().store.database.unhold()
    path.write_bytes(b"broken" * 10_000)
    box.append([event(2)])

    assert waiting(box) == [2]
    assert path.exists()
    assert list(path.parent.glob("*.corrupt-*"))
    assert "set aside" in caplog.text


def test_a_child_has_a_lane_of_its_own(path: Path) -> None:
    """What the parent has said is the parent's to send."""
    box = outbox(path)
    box.append([event(1)])
    box.hold()

    def child() -> int:
        box.renew()
        assert box.queued == 0
        box.append([event(2)])
        return len(lanes.summaries(box.open().store.database))

    assert in_child(child) == 2
    box.unhold()
    box.append([event(3)])
    assert waiting(box) == [1, 3]
