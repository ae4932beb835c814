"""A card in a notebook that changes with its job."""

from __future__ import annotations

import threading
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._card import Card

LOOK_EVERY = 0.25
SETTLED_WITHIN = 30.0
"""Seconds after the work in which the deployment may still say how it ended."""


def show(card_of: Callable[[], Card], is_over: Callable[[], bool]) -> None:
    """Show the card of a job, and in a notebook again whenever it is another.

    Only IPython calls this, so it is there. A thread looks at the job: what it reports does not
    wait for anything to be drawn.
    """
    card = card_of()
    if not hasattr(import_module("IPython").get_ipython(), "kernel"):
        # A terminal has no place that could be drawn over.
        print(card)  # noqa: T201 (what IPython was asked to show)
        return
    handle = import_module("IPython.display").display(card, display_id=True)
    threading.Thread(
        target=_follow, args=(handle, card, card_of, is_over), name="jobsync-card", daemon=True
    ).start()


def _follow(
    handle: Any, shown: Card, card_of: Callable[[], Card], is_over: Callable[[], bool]
) -> None:
    over_at: float | None = None
    while over_at is None or time.monotonic() - over_at < SETTLED_WITHIN:
        time.sleep(LOOK_EVERY)
        if over_at is None and is_over():
            over_at = time.monotonic()
        card = card_of()
        if card != shown:
            handle.update(card)
            shown = card
        if over_at is not None and card.state != "running":
            return
