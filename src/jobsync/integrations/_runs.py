"""How the run of a task in somebody's tool is a job of ours: one idea for all tools.

- The job's id is made of what the tool calls the run, so that whoever knows the run knows the job.
- What the tool tries again is the same job, in its next attempt. The job counts for itself: a run
  that begins while its job seems to be at work was killed before, and goes on as the next attempt.
- The process that works holds the job's lease. No tool calls anybody when it is killed; the
  deployment finds out.
- What was canceled with jobsync before it began is not run.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from jobsync import AccessError, ConvexSync, JobCanceled, ServerError, TransportError

from ._tolerance import tolerated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from typing_extensions import Self

    from jobsync import Receipt, TrackedJob

    Error = BaseException | str | Mapping[str, Any]

LEASE = 60.0
LONGEST = 256
LONGEST_URL = 2048
MOST_TAGS = 50

KILLED = {"message": "the process that ran this attempt was killed", "reason": "lost"}


@dataclass(frozen=True)
class ForeignRun:
    """The run of a task, as its tool tells it; `describe` may return a changed copy."""

    system: str
    """The tool."""
    id: str
    """What the tool calls the run, the same in each attempt."""
    type: str
    """Which task it is."""
    attempt: int = 1
    """Which try it is by the tool's own count."""
    again: bool = False
    """Whether the tool says that it began the run before, though it does not count that."""
    max_attempts: int = 1
    """How often the tool tries the run if its process is killed."""
    url: str | None = None
    """Where a person sees the run in the tool."""
    name: str | None = None
    owner: str | None = None
    source: str | None = None
    parent: str | None = None
    tags: tuple[str, ...] = ()
    record: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the job that are the caller's own."""
    params: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What the run was called with, for `describe` to look at; it is not stored."""

    @property
    def job_id(self) -> str:
        """The id of the job."""
        return job_id(self.system, self.id)

    def fields(self) -> dict[str, Any]:
        """Return what is said of the job when it is made, within its limits."""
        said = {
            "source": self.source,
            "owner": self.owner,
            "name": self.name,
            "parent": self.parent,
        }
        return {
            "max_attempts": self.max_attempts,
            "tags": [tag[:LONGEST] for tag in self.tags[:MOST_TAGS]],
            "record": {**self.record, "run": self.link()},
            **{key: value[:LONGEST] for key, value in said.items() if value},
        }

    def link(self) -> dict[str, str]:
        """Return what links the job to the run."""
        said = {"system": self.system, "id": self.id[:LONGEST]}
        # A part of a link leads nowhere.
        is_usable = self.url is not None and len(self.url) <= LONGEST_URL
        return {**said, "url": str(self.url)} if is_usable else said


def job_id(system: str, run_id: str) -> str:
    """Return the id of the job of a run."""
    whole = f"{system}:{run_id}"
    if len(whole) <= LONGEST:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:16]
    return f"{whole[: LONGEST - len(digest) - 1]}-{digest}"


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

    def fail(self, id_: str, error: Error, **fence: int) -> None:
        """End a job as failed from outside of the process that runs it."""
        with self.tolerated(id_):
            self.sync.fail_job(id_, error, retryable=False, **fence)

    def cancel(self, id_: str, reason: str, **fence: int) -> None:
        """End a job as canceled from outside of the process that runs it."""
        with self.tolerated(id_):
            self.sync.cancel_job(id_, reason, done=True, **fence)

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
            self.put_back(id_, attempt, run.max_attempts, KILLED)
        # The tool tries again what was canceled there; what was canceled here meanwhile stays so.
        elif there.state == "failed" or (there.state == "canceled" and run.attempt > attempt):
            self.sync.retry_job(id_)

    def put_back(self, id_: str, attempt: int, max_attempts: int, error: Any) -> None:
        """Have a job that nobody works on any more wait for its next attempt."""
        self.sync.upsert_job(
            {
                "id": id_,
                "status": "queued",
                "attempt": attempt + 1,
                "max_attempts": max(attempt + 1, max_attempts),
                "error": error,
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

    def cancel(self, reason: str) -> None:
        """End it as canceled."""
        self._end(JobCanceled(reason))

    def _end(self, error: BaseException | None) -> None:
        with self._runs.tolerated(self._id):
            self.leave()
            self._block.end(error)
