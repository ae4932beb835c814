"""What happens around a fork: locks that nobody would release, connections of two owners."""

from __future__ import annotations

import os
import weakref
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, eq=False)
class AroundFork:
    """What somebody does around each fork, for as long as they keep this."""

    hold: Callable[[], None]
    """Before it: have no other thread where a child could not go on."""
    unhold: Callable[[], None]
    """After it, in the parent."""
    renew: Callable[[], None]
    """After it, in the child, where no other thread is: make new what cannot be shared."""


LATE_IMPORTS = ("importlib.metadata", "jobsync.models", "jobsync.outbox.opening", "jwt")
"""What is imported when it is needed, in whichever thread that is."""

_living: weakref.WeakSet[AroundFork] = weakref.WeakSet()
_held: list[AroundFork] = []


def around_fork(
    hold: Callable[[], None], unhold: Callable[[], None], renew: Callable[[], None]
) -> AroundFork:
    """Have these called around each fork; who keeps what is returned keeps that up."""
    around = AroundFork(hold, unhold, renew)
    _living.add(around)
    _register()
    return around


@cache
def _register() -> None:
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=_hold_all, after_in_parent=_unhold_all, after_in_child=_renew_all
        )


def _hold_all() -> None:
    _finish_imports()
    for around in list(_living):
        around.hold()
        _held.append(around)


def _finish_imports() -> None:
    """Have no other thread in the middle of an import: in the child nobody would finish that."""
    for name in LATE_IMPORTS:
        import_module(name)


def _unhold_all() -> None:
    while _held:
        _held.pop().unhold()


def _renew_all() -> None:
    while _held:
        _held.pop().renew()
