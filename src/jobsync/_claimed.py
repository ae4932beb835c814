"""A job that a worker got: it has begun with the claim, and may be given back."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import _lifecycle
from ._attempt import Attempt, Connection, claimed
from ._block import JobBlock
from .errors import JobCanceled, JobNotFoundError
from .job import TrackedJob

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .models import Job

STOPPED = {"message": "the worker was stopped before the job was done", "reason": "stopped"}


class ClaimedJob(TrackedJob):
    """The job that a worker's function is called with."""

    def __init__(self, attempt: Attempt, fetch: Callable[[str], Job | None]) -> None:
        super().__init__(attempt)
        self._fetch = fetch

    @cached_property
    def record(self) -> Job:
        """All that is stored of the job, read once, when it is first asked for."""
        job = self._fetch(self.job_id)
        if job is None:
            raise JobNotFoundError(f"The job {self.job_id!r} was deleted.")
        return job


class ClaimedBlock(JobBlock):
    """The block that a worker's function runs in."""

    _job: ClaimedJob

    def __init__(
        self,
        connection: Connection,
        receipt: Mapping[str, Any],
        lease: float,
        fetch: Callable[[str], Job | None],
    ) -> None:
        super().__init__(connection, {}, lease, "strict")
        self._attempt = claimed(connection, receipt, lease)
        self._job = ClaimedJob(self._attempt, fetch)
        self._is_given_back = False

    @property
    def job(self) -> ClaimedJob:
        """The job."""
        return self._job

    def begin(self) -> None:
        """Do nothing: the claim was the beginning."""

    def give_back(self) -> None:
        """Ask the function to stop, so that another worker can have the job."""
        report = self._attempt.report
        if not report.cancel_requested:
            self._is_given_back = report.cancel_requested = True

    def abandon(self) -> None:
        """End the attempt of a function that does not stop."""
        self.end(JobCanceled("the worker was stopped"))

    def end(self, error: BaseException | None) -> None:
        """End the attempt; what is given back is queued again while attempts are left."""
        job_id, number = self._job.job_id, self._job.attempt
        if self._is_given_back and isinstance(error, JobCanceled):
            self._attempt.end(_lifecycle.fail(job_id, number, STOPPED, retry_after=0))
            return
        super().end(error)
