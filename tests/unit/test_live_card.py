"""A card that changes with its job, in what stands in for IPython."""

from __future__ import annotations

import queue
import sys
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from jobsync import _live_card
from jobsync._block import JobBlock
from jobsync._card import Card
from tests.unit.answering import Answering

if TYPE_CHECKING:
    from collections.abc import Callable

GUARD = 30


class Notebook:
    """Takes what is displayed, as a kernel does."""

    def __init__(self) -> None:
        self.cards: queue.Queue[Card] = queue.Queue()

    def display(self, card: Card, *, display_id: bool) -> SimpleNamespace:
        assert display_id
        self.cards.put(card)
        return SimpleNamespace(update=self.cards.put)


@pytest.fixture
def in_ipython(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Notebook]:
    """Make IPython there, in a kernel or in a terminal."""

    def make(**shell: object) -> Notebook:
        notebook, ipython = Notebook(), ModuleType("IPython")
        display = ModuleType("IPython.display")
        ipython.get_ipython = lambda: SimpleNamespace(**shell)  # type: ignore[attr-defined]
        display.display = notebook.display  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "IPython", ipython)
        monkeypatch.setitem(sys.modules, "IPython.display", display)
        return notebook

    return make


def test_a_card_follows_its_job_until_the_end_is_settled(
    in_ipython: Callable[..., Notebook],
) -> None:
    """Each change is shown; after the work it waits for how that ended."""
    notebook = in_ipython(kernel="a kernel")
    now = {"card": Card("a", "running"), "over": False}
    _live_card.show(lambda: now["card"], lambda: now["over"])  # type: ignore[arg-type,return-value]
    seen = [notebook.cards.get(timeout=GUARD)]
    now["card"] = Card("a", "running", progress=50.0)
    seen.append(notebook.cards.get(timeout=GUARD))
    now["over"] = True
    now["card"] = Card("a", "succeeded", progress=100.0)
    seen.append(notebook.cards.get(timeout=GUARD))

    assert [(card.state, card.progress) for card in seen] == [
        ("running", None),
        ("running", 50.0),
        ("succeeded", 100.0),
    ]


def test_a_terminal_gets_a_line(
    in_ipython: Callable[..., Notebook], capsys: pytest.CaptureFixture[str]
) -> None:
    """There is no place that could be drawn over."""
    notebook = in_ipython()
    _live_card.show(lambda: Card("a", "running"), lambda: False)

    assert capsys.readouterr().out == "a: running\n"
    assert notebook.cards.empty()


def test_a_running_job_moves_its_own_card(in_ipython: Callable[..., Notebook]) -> None:
    """From what it says to how it ended, without asking the deployment for it."""
    notebook, there = in_ipython(kernel="a kernel"), Answering()
    try:
        with JobBlock(there.connection, {"type": "t", "job_id": "a"}, 3600.0, "strict") as job:
            job._ipython_display_()
            job.progress(50, stage="drawing")
            while (card := notebook.cards.get(timeout=GUARD)).progress is None:
                pass
        assert (card.progress, card.stage) == (50, "drawing")
        while notebook.cards.get(timeout=GUARD).state != "succeeded":
            pass
    finally:
        there.stop()
