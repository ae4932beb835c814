"""What is closed when the interpreter ends, or a process that `multiprocessing` has started."""

from __future__ import annotations

import atexit
import os
import sys
import weakref
from typing import Protocol


class Closable(Protocol):
    """Something that must not be left open."""

    def at_exit(self) -> None:
        """Close it; there is nobody to raise to."""


_living: weakref.WeakSet[Closable] = weakref.WeakSet()
_registered_in: set[int] = set()

# Before the managers and queues of `multiprocessing` go, which have lower numbers.
PRIORITY = 100


def close_at_exit(closable: Closable) -> None:
    """See to it that an object is closed, if it lives that long; to be said in each process."""
    _living.add(closable)
    if os.getpid() in _registered_in:
        return
    if not _registered_in:
        atexit.register(_close_all)
    _registered_in.add(os.getpid())
    # Its processes end without `atexit`, and forget at their start what was registered before.
    util = sys.modules.get("multiprocessing.util")
    if util is not None:
        util.Finalize(None, _close_all, exitpriority=PRIORITY)


def _close_all() -> None:
    for closable in list(_living):
        closable.at_exit()
