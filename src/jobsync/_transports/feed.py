"""What whoever follows a live query gets, wherever its answers come from."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from jobsync.errors import LiveUpdatesError

Message = dict[str, Any]


class Live(Protocol):
    """Follows queries of one deployment."""

    def follow(
        self, path: str, args: Callable[[], dict[str, Any]], told: Callable[[], None] | None = None
    ) -> AbstractContextManager[Feed]:
        """Follow a query; its arguments are asked for each time that it is sent.

        Who waits for other things too is `told`, in another thread, that there is something to
        take.
        """

    def again(self, feed: Feed) -> None:
        """Send a query afresh, with the arguments of now."""

    def close(self) -> None:
        """Follow nothing more; feeds get no more messages."""

    def forget(self) -> None:
        """In a forked child: let go of what is the parent's."""


class Feed:
    """The newest message about one query; one that nobody took in time is replaced by the next."""

    def __init__(
        self, path: str, args: Callable[[], dict[str, Any]], told: Callable[[], None] | None = None
    ) -> None:
        self.path = path
        self.args = args
        self._told = told
        self._news = threading.Condition()
        self._message: Message | None = None
        self._failure: LiveUpdatesError | None = None

    def put(self, message: Message) -> None:
        """Make a message the newest."""
        with self._news:
            self._message = message
            self._news.notify_all()
        self._tell()

    def fail(self, failure: LiveUpdatesError) -> None:
        """Say that no more messages come."""
        with self._news:
            self._failure = failure
            self._news.notify_all()
        self._tell()

    def take(self, timeout: float | None) -> Message | None:
        """Wait for a message that was not taken yet; `None` if the time is over."""
        with self._news:
            self._news.wait_for(lambda: self._message is not None or self._failure, timeout)
            if self._message is None and self._failure is not None:
                raise self._failure
            message, self._message = self._message, None
            return message

    def _tell(self) -> None:
        if self._told is not None:
            self._told()
