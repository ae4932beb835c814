"""Signals that ask a command to end, whatever sent them, end it the way Ctrl-C does."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

# SIGHUP: the terminal was closed. Windows has none.
ENDING = ("SIGTERM", "SIGHUP")


def end_as_ctrl_c_does() -> None:
    """Raise KeyboardInterrupt on these signals too, so that every `with` and `finally` runs."""
    for name in ENDING:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _interrupt)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
