"""Deployments that live in this process: found by their address as others, without a network."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

    from .feed import Live


class InProcess(Protocol):
    """One of them."""

    def session(self) -> requests.Session:
        """Return what its calls and files go through; whoever asks closes it."""

    def live_updates(self, name: Callable[[str], str]) -> Live:
        """Return what follows its queries, where functions go by these names."""


_known: weakref.WeakValueDictionary[str, InProcess] = weakref.WeakValueDictionary()


def announce(url: str, deployment: InProcess) -> None:
    """Let a deployment be found by its address, for as long as somebody keeps it."""
    _known[url] = deployment


def find(url: str) -> InProcess | None:
    """Return the deployment of this process with this address, if there is one."""
    return _known.get(url)
