"""A thread that acts when that is due."""

from __future__ import annotations

import threading

import pytest

from jobsync._clock import SystemClock
from jobsync.outbox.ticker import Ticker

GUARD = 30.0


class Bell:
    """Rings when told to."""

    def __init__(self) -> None:
        self.lock = threading.Condition()
        self.at: float | None = None
        self.rung = threading.Semaphore(0)
        self.ticker = Ticker("bell", self.lock, lambda: self.at, self.ring, SystemClock())

    def ring(self) -> None:
        with self.lock:
            self.at = None
        self.rung.release()

    def ask(self, at: float | None) -> bool:
        with self.lock:
            self.at = at
            return self.ticker.attend()


@pytest.fixture
def bell() -> Bell:
    return Bell()


def test_it_acts_when_that_is_due_and_ends_when_nothing_is(bell: Bell) -> None:
    """The next one starts it again."""
    for _ in range(3):
        assert bell.ask(-1.0)
        assert bell.rung.acquire(timeout=GUARD)
    with bell.lock:
        assert bell.lock.wait_for(lambda: not bell.ticker.is_running, GUARD)


def test_it_wakes_for_what_is_due_sooner(bell: Bell) -> None:
    """It may be asleep for something that is far away."""
    bell.ask(float("inf"))
    bell.ask(-1.0)

    assert bell.rung.acquire(timeout=GUARD)


def test_there_is_no_thread_for_nothing(bell: Bell) -> None:
    """A client that says nothing costs nothing."""
    assert bell.ask(None)
    assert not bell.ticker.is_running


def test_once_stopped_it_stays_so(bell: Bell) -> None:
    """Whoever asks is told."""
    bell.ask(float("inf"))
    bell.ticker.stop(GUARD)

    assert not bell.ticker.is_running
    assert not bell.ask(-1.0)


def test_where_no_thread_can_be_had_whoever_asks_is_told(
    bell: Bell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the interpreter shuts down they do the work themselves."""

    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't create new thread at interpreter shutdown")

    monkeypatch.setattr(threading.Thread, "start", refuse)

    assert not bell.ask(-1.0)
