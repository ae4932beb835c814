"""Delivery: commands go now, have their effect exactly once, and are answered.

Convex's HTTP mutations have no identity, so a call that is repeated because its answer was lost
would be done twice. Here each batch has a writer and a sequence number, given before the first
attempt.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ._backend import INGEST
from .errors import (
    AccessError,
    BackendOutdatedError,
    ClientOutdatedError,
    FunctionsMissingError,
    SettingsError,
    TooLargeError,
    TransportError,
    UnexpectedResponseError,
    from_data,
)

if TYPE_CHECKING:
    from ._backend import Backend
    from ._clock import Deadline
    from ._commands import Command
    from ._spill import Spill
    from .errors import JobsyncError

OUTAGES = (
    TransportError,
    AccessError,
    SettingsError,
    FunctionsMissingError,
    BackendOutdatedError,
    ClientOutdatedError,
)


@dataclass
class Writer:
    """A random id and its sequence."""

    id: str = field(default_factory=lambda: secrets.token_hex(12))
    next_seq: int = 1


class WriterPool:
    """Lends writers, so that no two calls in flight share a sequence."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Writer] = []

    @contextmanager
    def borrow(self, commands: int) -> Iterator[tuple[str, int]]:
        """Give a writer's id and its next number, for a batch of `commands`.

        The numbers are spent however the call ends: if its outcome is unknown it may yet arrive,
        and must then be found to be late.
        """
        with self._lock:
            writer = self._idle.pop() if self._idle else Writer()
        try:
            yield writer.id, writer.next_seq
        finally:
            writer.next_seq += commands
            with self._lock:
                self._idle.append(writer)


@dataclass(frozen=True)
class Answer:
    """What the deployment says to a batch."""

    receipts: list[Mapping[str, Any]]
    send_after: float | None
    """Seconds after which it wants to hear more."""


class Delivery:
    """Sends batches of commands and returns a receipt for each."""

    def __init__(self, backend: Backend, spill: Spill) -> None:
        self._backend = backend
        self._spill = spill
        self._writers = WriterPool()

    def ingest(
        self, writer_id: str, first_seq: int, commands: Sequence[Command], deadline: Deadline
    ) -> Answer:
        """Send commands under numbers of a writer's.

        What is too much for one transaction of the deployment has no receipt, and is to be sent
        again. What is too large for a document goes ahead of them, in files.
        """
        answer = self._ingest(writer_id, first_seq, list(map(self._spill.out, commands)), deadline)
        receipts = [
            self._tried_smaller(command, receipt, deadline)
            if _is_too_large(receipt) and not _matters(command, commands[place + 1 :])
            else receipt
            for place, (command, receipt) in enumerate(zip(commands, answer.receipts, strict=False))
        ]
        return Answer(receipts, answer.send_after)

    def _tried_smaller(
        self, command: Command, refused: Mapping[str, Any], deadline: Deadline
    ) -> Mapping[str, Any]:
        """Send again what is too much together with what the job has, with less of it in there."""
        smaller = self._spill.out(command, limit=0, room=0)
        if smaller == command:
            return refused
        with self._writers.borrow(1) as (writer_id, seq):
            (receipt,) = self._ingest(writer_id, seq, [smaller], deadline).receipts
        return receipt

    def _ingest(
        self, writer_id: str, first_seq: int, commands: list[Command], deadline: Deadline
    ) -> Answer:
        args = {"writerId": writer_id, "firstSeq": first_seq, "commands": commands}
        answer = self._backend.mutation(INGEST, args, deadline)
        if not isinstance(answer, Mapping):
            raise UnexpectedResponseError("The deployment gave no receipts.")
        self._backend.check_protocol(answer.get("protocol"))
        receipts = answer.get("receipts")
        if not isinstance(receipts, list) or not min(1, len(commands)) <= len(receipts) <= len(
            commands
        ):
            raise UnexpectedResponseError(
                f"The deployment gave no receipts for {len(commands)} commands."
            )
        millis = answer.get("sendAfterMs")
        return Answer(receipts, millis / 1000 if isinstance(millis, (int, float)) else None)

    def apply(self, commands: Sequence[Command], deadline: Deadline) -> list[Mapping[str, Any]]:
        """Send commands; return their receipts, those of refused commands among them."""
        receipts: list[Mapping[str, Any]] = []
        with self._writers.borrow(len(commands)) as (writer_id, first_seq):
            while len(receipts) < len(commands):
                rest = commands[len(receipts) :]
                seq = first_seq + len(receipts)
                receipts += self.ingest(writer_id, seq, rest, deadline).receipts
        return receipts

    def apply_one(self, command: Command, deadline: Deadline) -> Mapping[str, Any]:
        """Send a command; raise if it is refused."""
        (receipt,) = self.apply([command], deadline)
        if refused := refusal(receipt):
            raise refused
        return receipt


def refusal(receipt: Mapping[str, Any]) -> JobsyncError | None:
    """Return why a command was refused, if it was."""
    if receipt.get("outcome") != "refused":
        return None
    return from_data(receipt.get("error") or {})


def _is_too_large(receipt: Mapping[str, Any]) -> bool:
    return isinstance(refusal(receipt), TooLargeError)


def _matters(command: Command, later: Sequence[Command]) -> bool:
    """Whether it would be wrong to do a command after those that came after it."""
    records = [each.get("record") for each in (command, *later)]
    return command["kind"] == "upsert" and any(record is not None for record in records[1:])


def is_outage(error: JobsyncError) -> bool:
    """Whether the deployment, or the way to it, is what fails, and not what was sent."""
    return error.retryable or isinstance(error, OUTAGES)
