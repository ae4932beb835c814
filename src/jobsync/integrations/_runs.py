"""How the run of a task in somebody's tool is a job of ours: one idea for all tools.

- The job's id is made of what the tool calls the run, so that whoever knows the run knows the job.
- What the tool tries again is the same job, in its next attempt: a run that begins while its job
  seems to be at work was killed before.
- The process that works holds the job's lease. No tool calls anybody when it is killed; the
  deployment finds out.
- What was canceled with jobsync before it began is not run.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from jobsync import AccessError, ConvexSync, JobCanceled, ServerError, TransportError

from ._foreign_run import LONGEST, ForeignRun, job_id
from ._tolerance import tolerated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from typing_extensions import Self

    from jobsync import TrackedJob

    Error = BaseException | str | Mapping[str, Any]

LEASE = 60.0


class Runs:
    """The runs of a tool as jobs of one deployment; all options of the integrations are its own."""

    def __init__(
        self,
        sync: ConvexSync | None,
        *,
        strict: bool,
        lease: float,
        describe: Callable[[ForeignRun], ForeignRun] | None,
    ) -> None:
        self._sync = sync
        self.strict = strict
        self._lease = lease
        self._describe = describe

    @property
    def sync(self) -> ConvexSync:
        """The deployment; one that is to be found in the environment is, when it is needed."""
        return self._sync or _found()

    def wait_for(self, run: ForeignRun) -> None:
        """Make the job of a run that waits for its turn."""
        run = self._described(run)
        with self.tolerated(run.job_id):
            self.sync.create_job(run.type[:LONGEST], job_id=run.job_id, **run.fields())

    def begin(self, run: ForeignRun) -> RunningJob | None:
        """Begin the attempt of a run in this process; `enter` makes its job the current one.

        `JobCanceled` if the run is not to begin. `None` if its job is none that can be kept; where
        the deployment cannot be reached, it is told of it all later.
        """
        run = self._described(run)
        id_, attempt = run.job_id, None
        begun = []
        with self.tolerated(id_):
            if run.again or run.attempt > 1:
                id_, attempt = self._next(run)
        with self.tolerated(id_):
            begun.append(RunningJob(self, run, id_, attempt, self._lease))
        return begun[0] if begun else None

    def succeed(self, id_: str) -> None:
        """End a job as succeeded from outside of the process that runs it."""
        with self.tolerated(id_):
            self.sync.complete_job(id_)

    def fail(self, id_: str, error: Error) -> None:
        """End a job as failed from outside of the process that runs it."""
        with self.tolerated(id_):
            self.sync.fail_job(id_, error, retryable=False)

    def cancel(self, id_: str, reason: str) -> None:
        """End a job as canceled from outside of the process that runs it."""
        with self.tolerated(id_):
            self.sync.cancel_job(id_, reason, done=True)

    def tolerated(self, id_: str) -> AbstractContextManager[None]:
        """Return a block out of which failures come only if that was asked for."""
        return tolerated(f"The job {id_!r} is not followed as it should be", strict=self.strict)

    def _described(self, run: ForeignRun) -> ForeignRun:
        described = run
        if self._describe is not None:
            with self.tolerated(run.job_id):
                described = self._describe(run)
        return described

    def _next(self, run: ForeignRun) -> tuple[str, int]:
        """Return the job of a run that was begun before, and which attempt of it is the next."""
        id_, attempt = run.job_id, run.attempt
        job = self.sync.fetch_job(id_)
        if job is not None and job.state == "succeeded":
            # That is final. What the tool does again after it is a job of its own.
            id_, attempt = job_id(run.system, f"{run.id}~{max(attempt, 2)}"), 1
            job = self.sync.fetch_job(id_)
        if job is None:
            return id_, attempt
        # Not every tool counts all of its tries, so the job may be further than it says.
        attempt = max(attempt, job.attempt + (job.state != "queued"))
        if job.state == "canceled" and run.is_limited and run.max_attempts > job.max_attempts:
            # A person has run it again. What the tool does by itself was canceled with it.
            self.sync.retry_job(id_)
        tries = max(attempt, run.max_attempts, job.max_attempts)
        self.sync.upsert_job({"id": id_, "max_attempts": tries, "run": run.link()})
        return id_, attempt


@cache
def _found() -> ConvexSync:
    """Return a client for all whom none was given."""
    return ConvexSync(timeout=10.0, max_retries=2)


class RunningJob:
    """The attempt of a run that this process works on, until one of its ends is called."""

    job: TrackedJob

    def __init__(
        self, runs: Runs, run: ForeignRun, id_: str, attempt: int | None, lease: float
    ) -> None:
        self._runs = runs
        self._run = run
        self._id = id_
        self._attempt = attempt
        self._is_current = False
        try:
            self._begin(lease, "strict")
        except (TransportError, ServerError, AccessError):
            if runs.strict:
                raise
            # The deployment hears of it when it is back.
            self._begin(lease, "background")

    def _begin(self, lease: float, delivery: Literal["strict", "background"]) -> None:
        self._block = self._runs.sync.job(
            self._run.type[:LONGEST],
            job_id=self._id,
            attempt=self._attempt,
            lease=lease,
            delivery=delivery,
            **self._run.fields(),
        )
        self._block.begin()

    def enter(self) -> Self:
        """Make it the current job of the code that follows, until `leave` or an end."""
        self.job = self._block.enter()
        self._is_current = True
        return self

    def leave(self) -> None:
        """Go back to the job that was current before."""
        if self._is_current:
            self._is_current = False
            self._block.leave()

    def succeed(self) -> None:
        """End it as succeeded."""
        self._end(None)

    def fail(self, error: Error) -> None:
        """End it as failed for good."""
        with self._runs.tolerated(self._id):
            self.job.fail(error, retryable=False)
        self._end(None)

    def retry(self, error: Error, after: float | None = None) -> None:
        """End the attempt; the tool tries again, after so many seconds if it says so."""
        attempt = self.job.attempt
        with self._runs.tolerated(self._id):
            if attempt is not None and attempt >= self._run.max_attempts:
                self._runs.sync.upsert_job({"id": self._id, "max_attempts": attempt + 1})
            self.job.fail(error, retry_after=after)
        self._end(None)

    def put_off(self, stage: str) -> None:
        """Have it wait for its next attempt, for no mistake of its own."""
        self.leave()
        if self.job.attempt is None:
            return
        attempt = self.job.attempt + 1
        tries = max(attempt, self._run.max_attempts)
        waiting = {"status": "queued", "stage": stage, "attempt": attempt, "max_attempts": tries}
        with self._runs.tolerated(self._id):
            self._runs.sync.upsert_job({"id": self._id, **waiting})

    def cancel(self, reason: str) -> None:
        """End it as canceled."""
        self._end(JobCanceled(reason))

    def _end(self, error: BaseException | None) -> None:
        with self._runs.tolerated(self._id):
            self.leave()
            self._block.end(error)


@contextmanager
def made_current(running: RunningJob | None) -> Iterator[None]:
    """Make it the current job within a block; a run that is not followed has none."""
    if running is None:
        yield
        return
    running.enter()
    try:
        yield
    finally:
        running.leave()
