"""The block or function that is a job: it begins one on entry, and ends it as it was left."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from . import _lifecycle
from ._attempt import Attempt, Connection, Mode, begin
from ._failures import may_be_retried, reason_to_stop
from .errors import JobCanceled, JobsyncError
from .job import TrackedJob, current, current_job

if TYPE_CHECKING:
    from contextvars import Token
    from types import TracebackType

    from ._commands import Command

logger = logging.getLogger("jobsync")


class JobBlock:
    """`with sync.job(...) as job:`, once."""

    def __init__(
        self,
        connection: Connection,
        fields: dict[str, Any],
        lease: float,
        mode: Mode,
        attempt: int | None = None,
    ) -> None:
        self._connection = connection
        self._fields = fields
        self._number = attempt
        self._lease = lease
        self._mode = mode

    def __enter__(self) -> TrackedJob:
        self.begin()
        return self.enter()

    def begin(self) -> None:
        """Begin the attempt; strictly: wait until the deployment has it."""
        create = _lifecycle.create(**{"parent": self._parent(), **self._fields})
        number = self._number
        if number is None and self._fields.get("job_id") is None:
            # Its id is made here, so nobody has tried it before.
            number = 1
        self._attempt = begin(self._connection, create, number, self._lease, self._mode)
        self._job = TrackedJob(self._attempt)

    def enter(self) -> TrackedJob:
        """Make it the job that the code runs in."""
        self._token: Token[TrackedJob | None] = current.set(self._job)
        return self._job

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.leave()
        self.end(error)

    def leave(self) -> None:
        """Go back to the job that the code ran in before."""
        current.reset(self._token)

    def end(self, error: BaseException | None) -> None:
        """End the attempt as the block was left; strictly: wait until the deployment has it."""
        if error is None:
            job = self._job
            self._attempt.end(_lifecycle.complete(job.job_id, job.attempt, job.result))
            return
        try:
            self._attempt.end(_end(self._attempt, error))
        except JobsyncError as failure:
            # What ended the work must not be hidden by what keeps it from being told.
            logger.warning("The end of the job %r is not stored: %s", self._job.job_id, failure)

    def _parent(self) -> str | None:
        outer = current_job()
        return outer.job_id if outer is not None and outer.url == self._connection.url else None


def _end(attempt: Attempt, error: BaseException) -> Command:
    job_id, number = attempt.report.job_id, attempt.report.attempt
    if isinstance(error, JobCanceled):
        reason = None if attempt.report.cancel_requested else str(error)
        return _lifecycle.cancel(job_id, number, reason, done=True)
    if isinstance(error, Exception):
        return _lifecycle.fail(job_id, number, error, retryable=may_be_retried(error))
    return _lifecycle.cancel(job_id, number, reason_to_stop(error), done=True)
