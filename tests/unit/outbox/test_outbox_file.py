"""The outbox of this machine, as people look at it."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobsync import InvalidFieldError, OutboxFile
from jobsync.outbox import lanes, parking
from tests.unit.outbox.opened import HERE, Opened, event


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.sqlite"


def parked_in(path: Path) -> Opened:
    box = Opened(path)
    box.add(event(1), event(2), event(3))
    for row in box.lease()[:2]:
        parking.park(box.database, box.lane, row, InvalidFieldError("no"), 5.0)
    return box


def test_it_says_what_waits_and_whether_somebody_sends_it(path: Path) -> None:
    """For each process that said it."""
    alive, dead = Opened(path), Opened(path)
    alive.add(event(1))
    dead.add(event(2), event(3))
    dead.die()

    assert [(each.queued, each.is_alive) for each in OutboxFile(path).waiting()] == [
        (1, True),
        (2, False),
    ]


def test_what_is_parked_can_be_sent_again_by_whoever_comes_next(path: Path) -> None:
    """In a lane that is left for them."""
    box = parked_in(path)
    file = OutboxFile(path)
    numbers = [each.id for each in file.parked()]

    assert file.retry([*numbers, 99]) == 2
    assert file.parked() == []
    (lane,) = lanes.adopt(box.database, HERE, [box.lane.number])
    assert [row.command["n"] for row in box.lease(lane)] == [1, 2]


def test_what_is_parked_can_be_thrown_away(path: Path) -> None:
    """One by one."""
    parked_in(path)
    file = OutboxFile(path)

    assert file.purge([file.parked()[0].id]) == 1
    assert [each.command["n"] for each in file.parked()] == [2]


def test_to_look_makes_no_file(path: Path) -> None:
    """There is nothing in what is not there."""
    file = OutboxFile(path)

    assert (file.waiting(), file.parked(), file.retry([1]), file.purge([1])) == ([], [], 0, 0)
    assert not path.exists()


def test_it_is_found_as_a_client_finds_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file for each deployment, unless one is named."""
    monkeypatch.delenv("JOBSYNC_OUTBOX")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    one, two = (OutboxFile(url=f"http://127.0.0.1:{port}") for port in (1, 2))

    assert one.path.parent == Path(tmp_path) / "jobsync"
    assert one.path.name.startswith("127.0.0.1-1-")
    assert one.path != two.path
