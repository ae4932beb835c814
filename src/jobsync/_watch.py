"""Following a job: what it is now, then each change, until it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._clock import Deadline
from ._wire import names
from ._wire.values import decode
from .errors import (
    JobNotFoundError,
    JobsyncError,
    LiveUpdatesError,
    TokenExpiredError,
    WaitTimeoutError,
    from_data,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._backend import Backend
    from ._transports.live import Feed, LiveUpdates, Message
    from .models import Job

QUERY = "jobs:getByJobId"

APPEAR_WITHIN = 10.0
"""Seconds that a job may take to come into being: who waits is often there before who creates."""

RECHECK_AFTER = 30.0
"""Seconds of silence after which a plain call asks: a proxy may let only calls through."""


class Watch:
    """One view of one job."""

    def __init__(
        self,
        backend: Backend,
        live: LiveUpdates,
        job_id: str,
        deadline: Deadline,
        call_timeout: float,
    ) -> None:
        self._backend = backend
        self._live = live
        self._job_id = job_id
        self._deadline = deadline
        self._call_timeout = call_timeout
        self._appear = Deadline(APPEAR_WITHIN, deadline.clock)
        self._errors_in_a_row = 0

    def snapshots(self) -> Iterator[Job]:
        """Give the job as it is, then as it becomes; the last one is how it ended."""
        job = self._ask()
        if job is not None:
            yield job
            if job.finished:
                return
        with self._live.follow(QUERY, self._args) as feed:
            while job is None or not job.finished:
                found = self._next(feed, job)
                if found is None:
                    self._check_may_be_missing(job)
                elif found != job:
                    job = found
                    yield job

    def _next(self, feed: Feed, job: Job | None) -> Job | None:
        """Wait for news; where there are none, the job is as it was."""
        patience = self._deadline.at_most(RECHECK_AFTER)
        message = feed.take(patience if job is not None else self._appear.at_most(patience))
        if message is None:
            self._check_deadline(job)
            return self._recheck(job)
        if "error" in message:
            return self._recover(feed, message["error"])
        self._errors_in_a_row = 0
        return _job(message["value"])

    def _recheck(self, job: Job | None) -> Job | None:
        try:
            return self._ask()
        except JobsyncError as error:
            if error.retryable:
                return job
            raise

    def _recover(self, feed: Feed, error: Message) -> Job | None:
        """Send the query again if that can help; else raise what is wrong with it."""
        self._errors_in_a_row += 1
        data = decode(error.get("data"))
        failure = from_data(data) if isinstance(data, dict) else None
        if self._errors_in_a_row > 1:
            raise failure or LiveUpdatesError(f"The job cannot be followed: {error.get('message')}")
        if isinstance(failure, TokenExpiredError):
            if not self._backend.learn_time(failure):
                raise failure
        elif failure is not None:
            raise failure
        # A plain call is explained if it fails; one that may be tried again says: the deployment is
        # down, and the query has to be sent again until it is back.
        try:
            job = self._ask()
        except JobsyncError as down:
            if not down.retryable:
                raise
            self._errors_in_a_row = 0
        self._check_deadline(job)
        self._live.again(feed)
        return job

    def _ask(self) -> Job | None:
        seconds = self._deadline.at_most(self._call_timeout)
        args = {"jobId": self._job_id}
        return _job(self._backend.query(QUERY, args, Deadline(seconds, self._deadline.clock)))

    def _args(self) -> dict[str, Any]:
        return {"jobId": self._job_id, **self._backend.token_args()}

    def _check_may_be_missing(self, job: Job | None) -> None:
        if job is not None:
            raise JobNotFoundError(f"The job {self._job_id!r} was deleted.")
        if self._appear.passed:
            raise JobNotFoundError(
                f"There is no job {self._job_id!r}; nobody created it within {APPEAR_WITHIN:g} s."
            )

    def _check_deadline(self, job: Job | None) -> None:
        if self._deadline.passed:
            now = "does not exist" if job is None else f"is {job.state}"
            limit = f"{self._deadline.seconds:g} s"
            raise WaitTimeoutError(f"The job {self._job_id!r} {now}; it did not end in {limit}.")


def _job(answer: Any) -> Job | None:
    return None if answer is None else names.job(answer)
