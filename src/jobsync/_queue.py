"""The queued jobs of one type, as a worker sees them: claimed, and heard of when there are more."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import _lifecycle
from ._backoff import delay
from ._claimed import ClaimedBlock
from ._deliver import refusal
from ._wire.values import decode
from .errors import TokenExpiredError, from_data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ._attempt import Connection
    from ._backend import Backend
    from ._commands import Command
    from ._transports.feed import Feed, Live, Message
    from .models import Job

QUERY = "claims:waiting"

SAFETY_NET = 180.0
"""Seconds after which is asked all the same: live updates should have told."""

UNHEARD_OF = 5.0
"""The same as long as no update has come, or none can: a proxy may let only calls through."""


@dataclass(frozen=True)
class Claimed:
    """What a worker got. Where that is less than it asked for, the queue has no more just now."""

    blocks: list[ClaimedBlock]
    is_all: bool
    ready_in: float | None
    """Seconds until the next job is ready, if one waits for its time."""


@dataclass(frozen=True)
class Queue:
    """The queue, on the connection that a client has when its worker begins."""

    type: str
    lease: float
    connection: Connection
    backend: Backend
    live: Live
    deliver: Callable[[Sequence[Command]], Sequence[Mapping[str, Any]]]
    fetch: Callable[[str], Job | None]

    def claim(self, most: int) -> Claimed:
        """Begin as many jobs as there are, up to `most`."""
        blocks: list[ClaimedBlock] = []
        is_all = False
        ready_in = None
        for answer in self.deliver([_lifecycle.claim(self.type, self.lease)] * most):
            if refused := refusal(answer):
                raise refused
            if answer.get("outcome") == "none":
                is_all = True
                ready_in = _seconds(answer.get("readyInMs"))
            elif answer.get("jobId") is not None:
                blocks.append(ClaimedBlock(self.connection, answer, self.lease, self.fetch))
        return Claimed(blocks, is_all, ready_in)

    @contextmanager
    def news(self, told: Callable[[], None]) -> Iterator[News]:
        """Have `told` called, in another thread, whenever there may be something new to claim."""
        with self.live.follow(QUERY, self._args, told) as feed:
            yield News(self, feed)

    def _args(self) -> dict[str, Any]:
        return {"type": self.type, **self.backend.token_args()}


class News:
    """Word of what waits, kept coming."""

    def __init__(self, queue: Queue, feed: Feed) -> None:
        self._queue = queue
        self._feed = feed
        self._errors_in_a_row = 0
        self.patience = UNHEARD_OF
        """Seconds after which not to rely on it any more."""

    def take(self) -> None:
        """Take note of what came."""
        message = self._feed.take(0)
        if message is None:
            return
        if "error" in message:
            self._recover(message["error"])
            return
        self._errors_in_a_row = 0
        self.patience = SAFETY_NET

    def renew(self) -> None:
        """Ask for updates afresh if none came for as long as that was to be hoped for."""
        if self._errors_in_a_row > 0:
            self._queue.live.again(self._feed)

    def _recover(self, error: Message) -> None:
        self._errors_in_a_row += 1
        data = decode(error.get("data"))
        if isinstance(data, dict):
            self._renew_or_raise(data)
            return
        # The deployment is down, or lets only calls through: ask again after a while.
        self.patience = min(UNHEARD_OF, delay(self._errors_in_a_row, 0.0))

    def _renew_or_raise(self, data: dict[str, Any]) -> None:
        """Sign once more: a token is as old as the last time that it was sent."""
        refusal = from_data(data)
        renewable = isinstance(refusal, TokenExpiredError) and self._errors_in_a_row == 1
        if not renewable or not self._queue.backend.learn_time(refusal):
            raise refusal
        self._queue.live.again(self._feed)


def _seconds(millis: Any) -> float | None:
    return millis / 1000 if isinstance(millis, (int, float)) else None
