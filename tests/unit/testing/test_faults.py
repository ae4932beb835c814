"""The words for faults, before they reach a deployment."""

from __future__ import annotations

import pytest

from jobsync import InvalidFieldError
from jobsync.testing._faults import Delay, Drop, Fault, Faults, Refuse


class Noting:
    """A deployment that does nothing wrong, and notes what it should."""

    def __init__(self) -> None:
        self.faults: dict[str, Fault] = {}

    def add_fault(self, fault: Fault) -> str:
        self.faults[key := str(len(self.faults))] = fault
        return key

    def remove_fault(self, key: str) -> None:
        self.faults.pop(key, None)

    def clear_faults(self) -> None:
        self.faults.clear()

    def times_met(self, _key: str) -> int:
        return 7


@pytest.fixture
def noting() -> Noting:
    return Noting()


@pytest.fixture
def faults(noting: Noting) -> Faults:
    return Faults(noting)


@pytest.mark.parametrize(
    ("say", "fault"),
    [
        (lambda f: f.refuse(), Fault(Refuse(503))),
        (lambda f: f.refuse(429, retry_after=2, times=3), Fault(Refuse(429, 2), times=3)),
        (lambda f: f.refuse("busy", calls="event"), Fault(Refuse("busy"), ("event",))),
        (lambda f: f.delay(0.5, calls=["a", "b"]), Fault(Delay(0.5), ("a", "b"))),
        (lambda f: f.drop("answer"), Fault(Drop("answer"))),
    ],
)
def test_a_word_is_a_fault_from_then_on(faults: Faults, noting: Noting, say, fault) -> None:
    """Without a block it stays until it is ended."""
    active = say(faults)

    assert list(noting.faults.values()) == [fault]
    assert active.met == 7
    active.clear()
    assert not noting.faults


def test_the_end_of_its_block_ends_it_also_with_an_error(faults: Faults, noting: Noting) -> None:
    """What goes wrong inside is not hidden."""
    with pytest.raises(ValueError, match="inside"), faults.refuse():
        raise ValueError("inside")

    assert not noting.faults


@pytest.mark.parametrize(
    ("say", "field"),
    [
        (lambda f: f.refuse(200), "answer"),
        (lambda f: f.refuse(retry_after=-1), "retry_after"),
        (lambda f: f.refuse("busy", retry_after=1), "retry_after"),
        (lambda f: f.refuse(calls=[]), "calls"),
        (lambda f: f.refuse(calls=""), "calls"),
        (lambda f: f.refuse(times=0), "times"),
        (lambda f: f.delay(-1), "seconds"),
        (lambda f: f.drop("both"), "what"),
    ],
)
def test_what_is_no_fault_is_refused_by_name(faults: Faults, noting: Noting, say, field) -> None:
    """Nothing begins."""
    with pytest.raises(InvalidFieldError) as caught:
        say(faults)

    assert caught.value.field == field
    assert not noting.faults
