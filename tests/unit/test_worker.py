"""The worker that a function becomes."""

from __future__ import annotations

import signal
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from jobsync import ClaimedJob, InvalidFieldError, Worker
from tests.unit.queues import claimed, opened

if TYPE_CHECKING:
    from jobsync._queue import Queue


def nothing(job: ClaimedJob) -> str:
    """Do nothing."""
    return "called"


async def later(job: ClaimedJob) -> None:
    """Do nothing."""


def no_queue() -> Queue:
    raise AssertionError


@pytest.mark.parametrize("concurrency", [0, -1, 1.5, "4"])
def test_it_needs_a_hand(concurrency: object) -> None:
    """How many jobs run at once is a whole number from 1."""
    with pytest.raises(InvalidFieldError, match="concurrency"):
        Worker(nothing, no_queue, concurrency=concurrency)  # type: ignore[arg-type]


def test_a_coroutine_function_is_refused() -> None:
    """Its call would do nothing, and the job would seem to have succeeded."""
    with pytest.raises(InvalidFieldError, match="later"):
        Worker(later, no_queue)


def test_the_function_can_be_called_by_itself() -> None:
    """A test of it needs no deployment."""
    assert Worker(nothing, no_queue)(None) == "called"  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_and_handlers_are_put_back(number: signal.Signals) -> None:
    """The process goes on after `run`, and reacts to signals as it did before."""
    before = signal.getsignal(number)

    def work(job: ClaimedJob) -> None:
        signal.raise_signal(number)

    with ExitStack() as stack:
        worker = Worker(work, lambda: stack.enter_context(opened([claimed("a")])))
        worker.run()

    assert signal.getsignal(number) == before


def test_stopping_what_does_not_run_does_nothing() -> None:
    """So whoever cleans up need not know."""
    Worker(nothing, no_queue).stop()
