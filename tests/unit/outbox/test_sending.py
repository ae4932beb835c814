"""Sending the batches of a lane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jobsync import (
    AuthenticationError,
    BackendOutdatedError,
    ConnectionFailedError,
    InvalidFieldError,
    JobsyncError,
    ServerError,
    SettingsError,
)
from jobsync._deliver import Answer
from jobsync.outbox import parking
from jobsync.outbox.awaited import Awaited
from jobsync.outbox.limits import Limits
from jobsync.outbox.outage import Outage
from jobsync.outbox.outbox import Outbox
from jobsync.outbox.sending import Listener, Sending
from jobsync.outbox.store import MOST_ROWS
from tests.clocks import HeldClock
from tests.unit.answering import refused
from tests.unit.outbox.opened import HERE, Opened, event

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from jobsync import Parked
    from jobsync.outbox.rows import Row

POISON = 13


class Line:
    """A way to the deployment that does what the test says."""

    def __init__(self) -> None:
        self.outbox = Outbox(None, HERE, Limits(), HeldClock(), must_last=False)
        self.calls: list[tuple[int, list[Any]]] = []
        self.answered: list[Any] = []
        self.parked: list[Parked] = []
        self.fail: Callable[[list[Any]], JobsyncError | None] = lambda _: None
        self.answer: Callable[[Any], dict[str, Any]] = lambda _: {"outcome": "applied"}
        self.most = MOST_ROWS
        listener = Listener(
            self._note, lambda parked, _: self.parked.append(parked), lambda _: None
        )
        self.sending = Sending(self.outbox, self._ingest, listener, Outage(), HeldClock())
        self.lane = self.outbox.open()

    def _ingest(self, _: str, first_seq: int, commands: Sequence[dict[str, Any]]) -> Answer:
        said = [command["n"] for command in commands]
        self.calls.append((first_seq, said))
        if (error := self.fail(said)) is not None:
            raise error
        return Answer([self.answer(n) for n in said[: self.most]], None)

    def _note(self, row: Row, _: Any) -> None:
        self.answered.append(row.command["n"])

    def _park(self, parked: Parked, _: JobsyncError) -> None:
        self.parked.append(parked)

    def say(self, *numbers: int) -> None:
        self.outbox.append([event(n) for n in numbers])

    def move_to(self, path: Path) -> None:
        self.outbox.path = path
        self.outbox.renew()
        self.lane = self.outbox.open()

    def send_all(self) -> None:
        while self.sending.send(self.lane):
            pass


@pytest.fixture
def line() -> Line:
    return Line()


def test_what_waits_is_sent_under_its_numbers(line: Line) -> None:
    """Then nothing waits."""
    line.say(1, 2, 3)
    assert line.sending.send(line.lane)

    assert line.calls == [(1, [1, 2, 3])]
    assert line.answered == [1, 2, 3]
    assert (line.sending.sent, line.outbox.queued) == (3, 0)
    assert not line.sending.send(line.lane)


@pytest.mark.parametrize(
    "outage",
    [
        ConnectionFailedError("down"),
        AuthenticationError("down"),
        BackendOutdatedError("down"),
        SettingsError("down"),
    ],
)
def test_an_outage_keeps_everything_and_warns_once(
    line: Line, outage: JobsyncError, caplog: pytest.LogCaptureFixture
) -> None:
    """The same batch goes again, after a while that grows."""
    line.say(1, 2)
    line.fail = lambda _: outage
    waits = []
    for _ in range(3):
        assert not line.sending.send(line.lane)
        waits.append(line.lane.retry_at)
    line.say(3)
    line.fail = lambda _: None
    line.send_all()

    assert line.calls == [(1, [1, 2])] * 4 + [(3, [3])]
    assert waits == sorted(waits)
    assert len(caplog.records) == 1
    assert line.parked == []


def test_a_thing_that_nobody_has_thought_of_is_an_outage(line: Line) -> None:
    """A thread that ended would keep everything back."""
    line.say(1)

    def fail(_: list[Any]) -> JobsyncError:
        raise RuntimeError("a bug")

    line.fail = fail
    assert not line.sending.send(line.lane)
    line.fail = lambda _: None
    line.send_all()

    assert line.answered == [1]


def test_what_is_refused_is_parked_and_the_others_are_not(line: Line) -> None:
    """Each command has its own answer."""
    line.say(1, 2, 3)
    line.answer = lambda n: refused("invalid_field") if n == 2 else {"outcome": "applied"}
    line.send_all()

    assert line.answered == [1, 3]
    assert [each.command["n"] for each in line.parked] == [2]
    assert parking.count_parked(line.lane.store.database) == 1


def test_whoever_minds_a_refusal_hears_of_it_instead(line: Line) -> None:
    """Nothing is parked that somebody deals with."""
    minds, does_not = Awaited(minds=True), Awaited()
    for awaited in (minds, does_not):
        line.outbox.append([event(1)], awaited)
    line.answer = lambda _: refused("invalid_field", "no")
    line.send_all()

    for awaited in (minds, does_not):
        with pytest.raises(InvalidFieldError, match="no"):
            awaited.receipt()
    assert len(line.parked) == 1


def test_the_one_that_makes_the_whole_batch_fail_is_found(line: Line) -> None:
    """By halves; all others arrive once and in order, and the batches grow again."""
    line.say(*range(100))
    line.fail = lambda said: ServerError("broken") if POISON in said else None
    line.send_all()
    line.say(*range(100, 300))
    line.send_all()

    assert line.answered == [n for n in range(300) if n != POISON]
    assert [each.command["n"] for each in line.parked] == [POISON]
    assert len(line.calls) < 30
    assert max(len(said) for _, said in line.calls[-4:]) > 50


def test_nothing_is_parked_where_the_deployment_takes_nothing_at_all(line: Line) -> None:
    """Then it is the deployment that is broken."""
    line.say(1)
    line.fail = lambda said: ServerError("broken") if said else ConnectionFailedError("down")
    for _ in range(3):
        assert not line.sending.send(line.lane)

    assert line.parked == []
    assert line.outbox.queued == 1


def test_what_was_too_much_for_one_transaction_is_sent_next(line: Line) -> None:
    """The deployment answers as many as it has done."""
    line.say(*range(10))
    line.most = 4
    line.send_all()

    assert line.calls == [(1, list(range(10))), (5, list(range(4, 10))), (9, [8, 9])]
    assert line.answered == list(range(10))


def test_a_job_that_another_process_is_making_is_waited_for(line: Line, tmp_path: Path) -> None:
    """Its command may be on its way in another lane; what comes after is not sent before."""
    line.move_to(tmp_path / "outbox.sqlite")
    other = Opened(tmp_path / "outbox.sqlite")
    (made,) = other.add(event(0))
    line.say(1, 2)
    line.answer = lambda _: refused("job_not_found")
    assert line.sending.send(line.lane)
    assert line.lane.retry_at > 0
    other.store.settle(other.lane, [made])
    line.say(3)
    line.answer = lambda _: {"outcome": "applied"}
    line.send_all()

    assert line.calls == [(1, [1, 2]), (3, [1, 2, 3])]
    assert line.answered == [1, 2, 3]


def test_a_job_that_nobody_makes_is_not_waited_for_for_ever(line: Line, tmp_path: Path) -> None:
    """Another lane may wait for something else."""
    line.move_to(tmp_path / "outbox.sqlite")
    Opened(tmp_path / "outbox.sqlite").add(event(0))
    line.say(1)
    line.answer = lambda _: refused("job_not_found")
    line.send_all()

    assert [each.command["n"] for each in line.parked] == [1]
