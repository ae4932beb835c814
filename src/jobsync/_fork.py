"""What a forked child has to make anew: locks that nobody releases, connections of two owners."""

from __future__ import annotations

import os
import weakref
from functools import cache
from typing import Protocol


class Renewable(Protocol):
    """Something that knows how to go on in a child."""

    def renew(self) -> None:
        """Make new what cannot be shared; the child has no other thread yet."""


_living: weakref.WeakSet[Renewable] = weakref.WeakSet()


def renew_after_fork(renewable: Renewable) -> None:
    """See to it that `renew` is called in each child that is forked while the object lives."""
    _living.add(renewable)
    _register()


@cache
def _register() -> None:
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_renew_all)


def _renew_all() -> None:
    for renewable in list(_living):
        renewable.renew()
