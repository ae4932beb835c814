"""One attempt of a job: how it begins and ends, and what is delivered in between."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from . import _lifecycle
from ._deliver import refusal
from ._report import Report
from .errors import (
    CallerError,
    InvalidFieldError,
    JobCanceled,
    JobEndedError,
    JobsyncError,
    NotDeliveredError,
)
from .outbox.awaited import Awaited
from .outbox.rows import NewRow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ._clock import Clock
    from ._commands import Command
    from .outbox.courier import Courier

Mode = Literal["strict", "background"]

logger = logging.getLogger("jobsync")


@dataclass(frozen=True)
class Connection:
    """What a job needs of the client that it belongs to."""

    url: str
    deliver: Callable[[Sequence[Command]], Sequence[Mapping[str, Any]]]
    courier: Courier
    clock: Clock
    timeout: float


class Attempt:
    """An attempt that was begun; its reports go through `say`, `append` and `beat`."""

    def __init__(self, connection: Connection, report: Report, mode: Mode) -> None:
        self.connection = connection
        self.report = report
        self._mode = mode
        self._courier = connection.courier
        self._process = os.getpid()

    @property
    def url(self) -> str:
        """The deployment that knows of it."""
        return self.connection.url

    @property
    def is_tracked(self) -> bool:
        """Whether it has not ended, as far as this process knows."""
        return not self.report.closed

    def say(self, fields: dict[str, Any]) -> None:
        """Report progress."""
        self._courier.say(self.report, fields)

    def append(self, row: NewRow, awaited: Awaited | None = None) -> None:
        """Have something delivered in its order."""
        self._courier.append([row], awaited)

    def beat(self) -> None:
        """Report that it is alive."""
        self._courier.beat(self.report)

    def end(self, command: Command) -> None:
        """End it, after all that it has reported.

        A child that was forked from its process delivers what it has to say, but the end is the
        parent's.
        """
        if not self.is_tracked:
            return
        if self._process != os.getpid():
            self._courier.end(self.report, [])
            return
        if self._mode == "background":
            self._courier.end(self.report, [command], Awaited(then=self._fail_if_refused(command)))
        else:
            self._end_strictly(command)
        self._courier.refusals.check()

    def _end_strictly(self, command: Command) -> None:
        awaited = Awaited(minds=True)
        self._courier.end(self.report, [command], awaited)
        try:
            receipt = self._courier.wait_for(awaited, self.connection.timeout)
        except NotDeliveredError as error:
            if self._courier.refusals.raises:
                raise
            logger.warning("The end of the job %r: %s", self.report.job_id, error)
        except CallerError as error:
            told = Awaited()
            if self._fail(command, error, told):
                self._courier.wait_for(told, self.connection.timeout)
            raise
        else:
            self.report.learn(receipt)

    def _fail_if_refused(self, command: Command) -> Callable[[Any], None]:
        def hear(answer: Any) -> None:
            if isinstance(answer, CallerError):
                self._fail(command, answer)

        return hear

    def _fail(self, command: Command, refused: CallerError, awaited: Awaited | None = None) -> bool:
        """Fail a job whose result cannot be stored: in silence it would be done again."""
        if command["kind"] != "complete":
            return False
        report = self.report
        failed = _lifecycle.fail(report.job_id, report.attempt, refused, retryable=False)
        self._courier.append([NewRow.of(failed)], awaited, at_once=True)
        return True


def check_mode(mode: Any) -> Mode:
    """Return a word for when things are delivered, if it is one."""
    if mode not in get_args(Mode):
        raise InvalidFieldError.of("delivery", 'must be "strict" or "background"')
    checked: Mode = mode
    return checked


def begin(
    connection: Connection, create: Command, attempt: int | None, lease: float, mode: Mode
) -> Attempt:
    """Create a job unless it is there, and start its attempt.

    An attempt that is `None` is what the deployment says, in the background once it has said so.
    """
    job_id = str(create["record"]["id"])
    commands = [create, _lifecycle.start(job_id, attempt, lease)]
    report = Report(job_id, attempt, lease, connection.clock.monotonic())
    if mode == "strict":
        report.begun(_started(connection, commands))
    connection.courier.open(report)
    if mode == "background":
        connection.courier.append([NewRow.of(command) for command in commands], at_once=True)
    return Attempt(connection, report, mode)


def claimed(connection: Connection, receipt: Mapping[str, Any], lease: float) -> Attempt:
    """Return the attempt that was begun by a claim."""
    report = Report(str(receipt["jobId"]), None, lease, connection.clock.monotonic())
    report.begun(receipt)
    connection.courier.open(report)
    return Attempt(connection, report, "strict")


def _started(connection: Connection, commands: list[Command]) -> Mapping[str, Any]:
    receipts = connection.deliver(commands)
    for receipt in receipts:
        if (refused := refusal(receipt)) is not None:
            raise refused
    started = receipts[-1]
    if started.get("outcome") == "stale" or started.get("state") != "running":
        raise _not_to_run(started)
    return started


def _not_to_run(receipt: Mapping[str, Any]) -> JobsyncError:
    job_id, state = receipt.get("jobId"), receipt.get("state")
    if state == "canceled":
        return JobCanceled(f"The job {job_id!r} was canceled before it began.")
    if state not in {"succeeded", "failed"}:
        return JobEndedError(
            f"This attempt of the job {job_id!r} is over: attempt {receipt.get('attempt')} has "
            "begun since."
        )
    return JobEndedError(
        f"The job {job_id!r} has ended ({state}); give it another attempt with retry_job, or pass "
        "another job_id."
    )
