"""The rows of the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jobsync.outbox.rows import Merging
from jobsync.outbox.store import MOST_BYTES, MOST_ROWS
from tests.unit.outbox.opened import Opened, event, file, said

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def box(tmp_path: Path) -> Opened:
    return Opened(tmp_path / "outbox.sqlite")


def test_rows_leave_in_the_order_in_which_they_came(box: Opened) -> None:
    """However many batches that takes."""
    count = MOST_ROWS * 2 + 1
    for n in range(count):
        box.add(event(n))

    assert box.deliver() == list(range(count))
    assert box.queued() == 0


def test_a_batch_is_sent_again_with_the_same_numbers(box: Opened) -> None:
    """What is added meanwhile is not in it, as nobody knows what became of it."""
    box.add(event(1), event(2))
    first = box.lease()
    box.add(event(3))

    assert box.lease() == first
    assert [row.seq for row in first] == [1, 2]


def test_numbers_go_on_from_batch_to_batch(box: Opened) -> None:
    """No number is given twice."""
    seqs = []
    for n in range(3):
        box.add(event(n), event(n))
        rows = box.lease()
        seqs += [row.seq for row in rows]
        box.store.settle(box.lane, [row.id for row in rows])

    assert seqs == [1, 2, 3, 4, 5, 6]


def test_what_is_answered_in_part_is_sent_again_in_part(box: Opened) -> None:
    """The others keep their numbers."""
    box.add(event(1), event(2), event(3))
    rows = box.lease()
    box.store.settle(box.lane, [rows[1].id])

    assert box.lease() == [rows[0], rows[2]]


def test_a_batch_has_an_end_in_bytes(box: Opened) -> None:
    """A call may only be so large; one row alone is always sent."""
    large = [said("event", text="x" * (MOST_BYTES // 2)) for _ in range(3)]
    box.add(said("event", text="x" * (MOST_BYTES + 1)))
    box.add(*large)
    sizes = []
    while rows := box.lease():
        sizes.append(len(rows))
        box.store.settle(box.lane, [row.id for row in rows])

    assert sizes == [1, 1, 1, 1]


def test_what_comes_after_a_file_of_its_job_waits_for_it(box: Opened) -> None:
    """Other jobs do not wait, and neither does progress."""
    box.add(event(1), file(), event(2), event(3, "b"))
    box.add(said("progress", n=4), said("complete", n=5))

    assert box.deliver() == [1, 3, 4]


def test_a_stored_file_takes_its_place(box: Opened) -> None:
    """Its command is sent before all that came after it."""
    _, row_id, _ = box.add(event(1), file(), event(2))
    assert box.deliver() == [1]
    assert box.store.replace(row_id, said("asset"))
    box.lane.rewind()

    assert box.deliver() == ["asset", 2]


def test_what_is_said_of_a_later_attempt_does_not_overtake_its_start(box: Opened) -> None:
    """It would be refused, as nobody would know of the attempt."""
    box.add(file(), said("fail", n=1), said("start", n=2), said("progress", n=3))

    assert box.deliver() == []


def test_files_are_found_in_their_order(box: Opened) -> None:
    """From where one has looked last."""
    first, _, second, _ = box.add(file("a"), event(1), file("b"), event(2))
    found = [box.store.next_upload(box.lane, after) for after in (0, first, second)]

    assert [row.job if row else None for row in found] == ["a", "b", None]


def test_it_is_known_up_to_where_all_is_answered(box: Opened) -> None:
    """What makes the job of a file may be ahead of it."""
    _, row_id, _ = box.add(said("create"), file(), event(1))
    assert box.store.answered_until(box.lane) < row_id
    box.lease()
    assert box.store.answered_until(box.lane) < row_id
    box.deliver()
    assert box.store.answered_until(box.lane) > row_id


def test_a_job_waits_for_what_another_lane_has_of_it(box: Opened) -> None:
    """Other jobs do not."""
    box.lane.behind = frozenset("a")
    box.add(said("start", job="a", n=1), said("start", job="b", n=2))

    assert box.deliver() == [2]


def test_a_row_that_is_gone_cannot_be_replaced(box: Opened) -> None:
    """Whoever would have changed it adds another one."""
    (row_id,) = box.add(said("progress"))
    box.deliver()

    assert not box.store.replace(row_id, said("progress"))


def test_rows_that_were_numbered_can_no_longer_be_merged_with(box: Opened) -> None:
    """What has a number never changes."""
    (row_id,) = box.add(said("progress"))
    box.lane.merging["a", 1] = Merging(row_id, {}, said("progress"))
    box.lease()

    assert box.lane.merging == {}


def test_in_memory_it_works_as_in_a_file() -> None:
    """Where no file can be had."""
    box = Opened(None)
    box.add(event(1), event(2))

    assert box.deliver() == [1, 2]
