"""Following a job: what it is now, then each change, until it ends."""

from __future__ import annotations

import random
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ._backoff import delay
from ._clock import Deadline
from ._wire import names
from ._wire.values import decode
from .errors import (
    DownloadError,
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
    from ._transports.feed import Feed, Live, Message
    from .models import Job

QUERY = "jobs:getByJobId"
TOUCH = "watches:touch"

TOUCH_EVERY = 20.0
"""Seconds between saying that somebody watches, which the deployment believes for 30."""

TOUCH_TIMEOUT = 5.0
"""Seconds that saying so may take: it only makes writers quicker."""

APPEAR_WITHIN = 10.0
"""Seconds that a job may take to come into being: who waits is often there before who creates."""

RECHECK_AFTER = 30.0
"""Seconds of silence after which a plain call asks: a proxy may let only calls through."""

FIRST_RECHECK_AFTER = 1.0
"""The same as long as no update has come: a live query that works answers at once."""


class Watch:
    """One view of one job."""

    def __init__(
        self,
        backend: Backend,
        live: Live,
        job_id: str,
        deadline: Deadline,
        call_timeout: float,
        *,
        appear_within: float = APPEAR_WITHIN,
    ) -> None:
        self._backend = backend
        self._live = live
        self._job_id = job_id
        self._deadline = deadline
        self._call_timeout = call_timeout
        self._appear = Deadline(appear_within, deadline.clock)
        self._errors_in_a_row = 0
        self._patience = FIRST_RECHECK_AFTER
        self._feed: Feed | None = None
        self._stopped = False
        self._next_touch = Deadline(0.0, deadline.clock)

    def stop(self) -> None:
        """End the snapshots, from another thread than the one that waits for the next."""
        self._stopped = True
        if self._feed is not None:
            self._feed.fail(LiveUpdatesError("Nobody follows the job any more."))

    def snapshots(self) -> Iterator[Job]:
        """Give the job as it is, then as it becomes; the last one is how it ended."""
        job = self._ask()
        if job is not None:
            yield job
            if job.finished:
                return
        with self._live.follow(QUERY, self._args) as feed:
            self._feed = feed
            while not self._stopped and (job is None or not job.finished):
                if job is not None:
                    self._touch()
                found = self._next(feed, job)
                if found is None:
                    self._check_may_be_missing(job)
                elif found != job:
                    job = found
                    yield job

    def _next(self, feed: Feed, job: Job | None) -> Job | None:
        """Wait for news; where there are none, the job is as it was."""
        patience = self._deadline.at_most(self._patience)
        limit = self._appear if job is None else self._next_touch
        message = feed.take(limit.at_most(patience))
        if message is None:
            self._check_deadline(job)
            self._patience = min(2 * self._patience, RECHECK_AFTER)
            return self._recheck(job)
        if "error" in message:
            return self._recover(feed, job, message["error"])
        self._errors_in_a_row = 0
        self._patience = RECHECK_AFTER
        try:
            return _job(self._backend.files.job(message["value"]))
        except DownloadError:
            # A large value has been replaced since.
            return self._recheck(job)

    def _touch(self) -> None:
        """Let those who report about the job know that somebody watches."""
        if not self._next_touch.passed:
            return
        clock = self._deadline.clock
        self._next_touch = Deadline(TOUCH_EVERY, clock)
        # A deployment that does not take it is none to stop watching for.
        with suppress(JobsyncError):
            seconds = self._deadline.at_most(TOUCH_TIMEOUT)
            self._backend.mutation(TOUCH, {"jobId": self._job_id}, Deadline(seconds, clock))

    def _recheck(self, job: Job | None) -> Job | None:
        try:
            return self._ask()
        except JobsyncError as error:
            if error.retryable:
                return job
            raise

    def _recover(self, feed: Feed, job: Job | None, error: Message) -> Job | None:
        """Send the query again, unless it was refused for good."""
        self._errors_in_a_row += 1
        self._patience = FIRST_RECHECK_AFTER
        data = decode(error.get("data"))
        if isinstance(data, dict):
            self._renew_or_raise(from_data(data))
        else:
            # The deployment is down, or lets only calls through: ask in plain calls meanwhile.
            job = self._recheck(job)
            self._check_deadline(job)
            pause = delay(self._errors_in_a_row, random.random())  # noqa: S311 (spreads load)
            self._deadline.clock.sleep(self._deadline.at_most(pause))
        self._live.again(feed)
        return job

    def _renew_or_raise(self, refusal: JobsyncError) -> None:
        renewable = isinstance(refusal, TokenExpiredError) and self._errors_in_a_row == 1
        if not renewable or not self._backend.learn_time(refusal):
            raise refusal

    def _ask(self) -> Job | None:
        # An answer takes a moment even where no time is left.
        seconds = max(1.0, self._deadline.at_most(self._call_timeout))
        args = {"jobId": self._job_id}
        deadline = Deadline(seconds, self._deadline.clock)
        query = self._backend.query
        return _job(self._backend.files.read(lambda: query(QUERY, args, deadline)))

    def _args(self) -> dict[str, Any]:
        return {"jobId": self._job_id, **self._backend.token_args()}

    def _check_may_be_missing(self, job: Job | None) -> None:
        if job is not None:
            raise JobNotFoundError(f"The job {self._job_id!r} was deleted.")
        if self._appear.passed:
            limit = f"{self._appear.seconds:g} s"
            raise JobNotFoundError(
                f"There is no job {self._job_id!r}; nobody created it within {limit}."
            )

    def _check_deadline(self, job: Job | None) -> None:
        if self._deadline.passed:
            now = "does not exist" if job is None else f"is {job.state}"
            limit = f"{self._deadline.seconds:g} s"
            raise WaitTimeoutError(f"The job {self._job_id!r} {now}; it did not end in {limit}.")


def _job(answer: Any) -> Job | None:
    return None if answer is None else names.job(answer)
