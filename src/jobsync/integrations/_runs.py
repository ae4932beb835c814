"""How the run of a task in somebody's tool is a job of ours: one idea for all tools.

- The job's id is made of what the tool calls the run, so that whoever knows the run knows the job.
- What the tool tries again is the same job, in its next attempt. The job counts for itself: a run
  that begins while its job seems to be at work was killed before, and goes on as the next attempt.
- The process that works holds the job's lease. No tool calls anybody when it is killed; the
  deployment finds out.
- What was canceled with jobsync before it began is not run.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from jobsync import AccessError, ConvexSync, JobCanceled, ServerError, TransportError

from ._foreign_run import LONGEST, ForeignRun, job_id
from ._tolerance import tolerated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from typing_extensions import Self

    from jobsync import Receipt, TrackedJob

    Error = BaseException | str | Mapping[str, Any]

LEASE = 60.0

KILLED = {"message": "the process that ran this attempt was killed", "reason": "lost"}


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
            self._create(run, run.job_id)

    def begin(self, run: ForeignRun) -> RunningJob | None:
        """Begin the attempt of a run in this process; `enter` makes its job the current one.

        `JobCanceled` if the run is not to begin. `None` if its job is none that can be kept; where
        the deployment cannot be reached, it is told of it all later.
        """
        run = self._described(run)
        id_ = run.job_id
        begun = []
        with self.tolerated(id_):
            if run.again or run.attempt > 1:
                id_ = self._ready(run)
        with self.tolerated(id_):
            begun.append(RunningJob(self, run, id_, self._lease))
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

    def _create(self, run: ForeignRun, id_: str) -> Receipt:
        return self.sync.create_job(run.type[:LONGEST], job_id=id_, **run.fields())

    def _ready(self, run: ForeignRun) -> str:
        """Get a job that was begun before ready for the next attempt; return its id."""
        id_ = run.job_id
        there = self._create(run, id_)
        if there.state == "succeeded":
            # That is final. What the tool does again after it is a job of its own.
            id_ = job_id(run.system, f"{run.id}~{max(run.attempt, 2)}")
            there = self._create(run, id_)
        if there.outcome == "unchanged":
            self.sync.set_run(id_, **run.link())
            self._requeue(run, id_, there)
        return id_

    def _requeue(self, run: ForeignRun, id_: str, there: Receipt) -> None:
        attempt = there.attempt or 1
        is_next = run.again or run.attempt > attempt
        if there.state in {"running", "lost"} and is_next:
            self.put_back(id_, attempt, run.max_attempts, error=KILLED)
        elif there.state == "failed" or (there.state == "canceled" and self._is_revived(run, id_)):
            self.sync.retry_job(id_)

    def _is_revived(self, run: ForeignRun, id_: str) -> bool:
        """Whether a person runs again what was canceled, and not the tool by itself.

        What the tool does by itself has as many tries as before, and those were canceled with it.
        """
        job = self.sync.fetch_job(id_)
        return job is not None and run.max_attempts > job.max_attempts

    def put_back(self, id_: str, attempt: int, max_attempts: int, **said: Any) -> None:
        """Have a job that nobody works on any more wait for its next attempt."""
        self.sync.upsert_job(
            {
                "id": id_,
                "status": "queued",
                "attempt": attempt + 1,
                "max_attempts": max(attempt + 1, max_attempts),
                **said,
            }
        )


@cache
def _found() -> ConvexSync:
    """Return a client for all whom none was given."""
    return ConvexSync(timeout=10.0, max_retries=2)


class RunningJob:
    """The attempt of a run that this process works on, until one of its ends is called."""

    job: TrackedJob

    def __init__(self, runs: Runs, run: ForeignRun, id_: str, lease: float) -> None:
        self._runs = runs
        self._run = run
        self._id = id_
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
        attempt = self.job.attempt
        self.leave()
        if attempt is not None:
            with self._runs.tolerated(self._id):
                self._runs.put_back(self._id, attempt, self._run.max_attempts, stage=stage)

    def cancel(self, reason: str) -> None:
        """End it as canceled."""
        self._end(JobCanceled(reason))

    def _end(self, error: BaseException | None) -> None:
        with self._runs.tolerated(self._id):
            self.leave()
            self._block.end(error)
