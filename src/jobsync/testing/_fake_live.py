"""Live queries of a deployment in memory: it tells each new answer itself."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from jobsync._transports.feed import Feed, Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ._v8 import V8


class FakeLive:
    """Follows queries of one deployment."""

    def __init__(
        self,
        v8: V8,
        deployment: int,
        name: Callable[[str], str],
        running: Callable[[], bool],
    ) -> None:
        self._v8 = v8
        self._deployment = deployment
        self._name = name
        self._running = running
        self._queries: dict[Feed, int] = {}

    @contextmanager
    def follow(
        self, path: str, args: Callable[[], dict[str, Any]], told: Callable[[], None] | None = None
    ) -> Iterator[Feed]:
        """Follow a query."""
        feed = Feed(path, args, told)
        self._send(feed, None)
        try:
            yield feed
        finally:
            self._v8.drop(self._deployment, self._queries.pop(feed))

    def again(self, feed: Feed) -> None:
        """Send a query afresh, with the arguments of now."""
        self._send(feed, self._queries.get(feed))

    def resume(self) -> None:
        """Send all queries again, when what was told while it did not run has been missed."""
        for feed in list(self._queries):
            self.again(feed)

    def close(self) -> None:
        """Have nothing to close: who follows a query drops it."""

    def forget(self) -> None:
        """Let go of what is the parent's, which a child cannot reach anyway."""

    def _send(self, feed: Feed, query: int | None) -> None:
        def told(change: dict[str, Any]) -> None:
            if self._running():
                feed.put(_message(change))

        self._queries[feed] = self._v8.follow(
            self._deployment, self._name(feed.path), feed.args(), told, query
        )


def _message(change: dict[str, Any]) -> Message:
    if change["type"] == "QueryUpdated":
        return {"value": change["value"]}
    return {"error": {"message": change["errorMessage"], "data": change.get("errorData")}}
