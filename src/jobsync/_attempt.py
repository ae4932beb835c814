"""One attempt of a job: how it begins and ends, strictly, and what may go wrong with that."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from . import _lifecycle
from ._batches import split
from ._report import Report
from ._reporter import note
from .errors import (
    AccessError,
    JobCanceled,
    JobEndedError,
    JobsyncError,
    ServerError,
    TransportError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from ._commands import Command
    from ._reporter import Answer, Reporter
    from .models import Asset, Receipt

OnError = Literal["raise", "warn"]

OUTAGES = (TransportError, ServerError, AccessError)

logger = logging.getLogger("jobsync")


@dataclass(frozen=True)
class Connection:
    """What a job needs of the client that it belongs to."""

    url: str
    send: Callable[[Sequence[Command]], list[Answer]]
    upload: Callable[..., Asset]
    reporter: Reporter


class Attempt:
    """An attempt that was begun; its reports go through `say`, `add` and `beat`."""

    def __init__(self, connection: Connection, report: Report, on_error: OnError) -> None:
        self.connection = connection
        self.report = report
        self._on_error = on_error
        self._reporter = connection.reporter
        self._process = os.getpid()

    @property
    def url(self) -> str:
        """The deployment that knows of it."""
        return self.connection.url

    @property
    def is_tracked(self) -> bool:
        """Whether it was begun and has not ended, as far as this process knows."""
        return not self.report.closed

    def say(self, fields: dict[str, Any]) -> None:
        """Report progress."""
        self._reporter.say(self.report, fields)

    def add(self, event: Command) -> None:
        """Report an event."""
        self._reporter.add(self.report, event)

    def beat(self) -> None:
        """Report that it is alive."""
        self._reporter.beat(self.report)

    def end(self, command: Command) -> None:
        """End it, after all that it has reported.

        A child that was forked from its process sends what it has to say, but the end is the
        parent's.
        """
        if not self.is_tracked:
            return
        rest = self._reporter.close(self.report)
        with self.tolerant("The end of the job is not stored"):
            if self._process == os.getpid():
                *answers, last = self._send([*rest, command])
                if isinstance(last, JobsyncError):
                    raise last
                answers.append(last)
            else:
                answers = self._send(rest)
            for answer in answers:
                note(self.report, answer)

    def tolerant(self, consequence: str) -> Tolerance:
        """Return a block in which a deployment that fails may be worth only a warning."""
        return Tolerance(self._on_error, f"{consequence} (job {self.report.job_id!r})")

    def _send(self, commands: list[Command]) -> list[Answer]:
        return [answer for batch in split(commands) for answer in self.connection.send(batch)]


class Tolerance:
    """A block that warns where it should not raise that the deployment fails or lets nobody in."""

    def __init__(self, on_error: OnError, consequence: str) -> None:
        self._on_error = on_error
        self._consequence = consequence

    def __enter__(self) -> None:
        """Nothing has failed yet."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        forgiven = self._on_error == "warn" and isinstance(error, OUTAGES)
        if forgiven:
            logger.warning("%s: %s", self._consequence, error)
        return forgiven


def begin(connection: Connection, create: Command, lease: float, on_error: OnError) -> Attempt:
    """Create a job unless it is there, and start its attempt."""
    job_id = str(create["record"]["id"])
    untracked = Report(job_id, None, lease, 0.0)
    untracked.closed = True
    attempt = Attempt(connection, untracked, on_error)
    with attempt.tolerant("The job runs, but is not tracked"):
        started = _started(connection, [create, _lifecycle.start(job_id, lease=lease)])
        return Attempt(connection, connection.reporter.open(started, lease), on_error)
    return attempt


def _started(connection: Connection, commands: list[Command]) -> Receipt:
    receipts = []
    for answer in connection.send(commands):
        if isinstance(answer, JobsyncError):
            raise answer
        receipts.append(answer)
    started = receipts[-1]
    if started.outcome == "stale":
        raise _not_to_run(started)
    return started


def _not_to_run(receipt: Receipt) -> JobsyncError:
    if receipt.state == "canceled":
        return JobCanceled(f"The job {receipt.job_id!r} was canceled before it began.")
    return JobEndedError(
        f"The job {receipt.job_id!r} has ended ({receipt.state}); give it another attempt with "
        "retry_job, or pass another job_id."
    )
