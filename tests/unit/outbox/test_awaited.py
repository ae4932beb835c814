"""What becomes of one row."""

from __future__ import annotations

import threading

import pytest

from jobsync import InvalidFieldError
from jobsync.outbox.awaited import Awaited


def test_a_receipt_is_returned_to_whoever_waits() -> None:
    """From another thread."""
    awaited = Awaited()
    assert not awaited.wait(0)
    threading.Thread(target=awaited.tell, args=({"outcome": "applied"},)).start()

    assert awaited.wait(30)
    assert awaited.receipt() == {"outcome": "applied"}


def test_a_refusal_is_raised() -> None:
    """As it was told."""
    awaited = Awaited()
    awaited.tell(InvalidFieldError("no"))
    with pytest.raises(InvalidFieldError, match="no"):
        awaited.receipt()


def test_whoever_brings_the_answer_passes_it_on() -> None:
    """For what is to happen then."""
    heard: list[object] = []
    Awaited(then=heard.append).tell({"outcome": "stale"})

    assert heard == [{"outcome": "stale"}]


def test_there_is_no_receipt_before_the_answer() -> None:
    """Whoever asks has not waited."""
    with pytest.raises(RuntimeError, match="no answer"):
        Awaited().receipt()
