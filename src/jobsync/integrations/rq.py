"""RQ: `rq worker --worker-class jobsync.integrations.rq.JobsyncWorker` follows its jobs.

It begins and ends in the process that RQ forks for it; where that one is killed or stopped the
worker says so. Where the worker is killed, too, the lease runs out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobsync import JobCanceled

from ._foreign_run import ForeignRun, job_id
from ._runs import LEASE, RunningJob, Runs
from ._tools import need

if TYPE_CHECKING:
    from jobsync import ConvexSync

__all__ = ["ForeignRun", "JobsyncWorker", "job_id_of"]

SYSTEM = "rq"

_Worker: Any = need("rq", "rq").Worker


def job_id_of(rq_job_id: str) -> str:
    """Return the id of the job of a job of RQ's."""
    return job_id(SYSTEM, rq_job_id)


class JobsyncWorker(_Worker):  # type: ignore[misc]  # (what it is made of is untyped)
    """A worker whose jobs are followed; the deployment is found in the environment.

    A subclass may set the options, and override `describe` to add an owner or tags to a run. A job
    never fails because it cannot be kept, unless `strict`: then one that cannot be begun fails.
    What was canceled before it began fails in RQ, without being run or retried.
    """

    sync: ConvexSync | None = None
    strict = False
    lease = LEASE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._runs = Runs(self.sync, strict=self.strict, lease=self.lease, describe=self.describe)
        self._followed: RunningJob | None = None
        self._error: BaseException | None = None

    def describe(self, run: ForeignRun) -> ForeignRun:
        """Return what is to be said of a run."""
        return run

    def perform_job(self, job: Any, *args: Any, **kwargs: Any) -> bool:
        """Run a job, in the process that was forked for it."""
        try:
            running = self._runs.begin(_run(job))
        except Exception as error:  # noqa: BLE001 (whatever it is, it is the job's failure)
            job.perform = _raising(error)
        else:
            self._followed = running and running.enter()
        return bool(super().perform_job(job, *args, **kwargs))

    def handle_job_success(self, *args: Any, **kwargs: Any) -> None:
        """Note that a job has succeeded."""
        super().handle_job_success(*args, **kwargs)
        if self._followed is not None:
            self._followed.succeed()

    def handle_exception(self, job: Any, *exc_info: Any) -> None:
        """Note what a job has raised."""
        self._error = exc_info[1]
        if isinstance(self._error, JobCanceled):
            job.retries_left = 0
        super().handle_exception(job, *exc_info)

    def handle_job_failure(self, job: Any, *args: Any, **kwargs: Any) -> None:
        """Note that a job has failed, is to be retried, or was stopped or killed."""
        is_stopped = self._stopped_job_id == job.id
        will_be_retried = job.should_retry and not is_stopped
        after = job.get_retry_interval() if will_be_retried else None
        super().handle_job_failure(job, *args, **kwargs)
        reason = kwargs.get("exc_string") or "the job has failed"
        if self._followed is not None:
            self._end(self._followed, self._error or reason, after)
        elif is_stopped:
            self._runs.cancel(job_id_of(job.id), "stopped")
        elif not will_be_retried and not isinstance(self._error, JobCanceled):
            # The next try takes over what was killed.
            self._runs.fail(job_id_of(job.id), reason)

    def _end(self, running: RunningJob, error: BaseException | str, after: int | None) -> None:
        if isinstance(error, JobCanceled):
            running.cancel(str(error))
        elif after is not None:
            running.retry(error, float(after))
        else:
            running.fail(error)


def _raising(error: Exception) -> Any:
    def perform() -> None:
        raise error

    return perform


def _run(job: Any) -> ForeignRun:
    attempt = (job.number_of_retries or 0) + 1
    return ForeignRun(
        SYSTEM,
        job.id,
        job.func_name,
        attempt=attempt,
        # RQ does not count all of its tries; whether it began before, our job knows.
        again=True,
        max_attempts=attempt + (job.retries_left or 0),
        name=job.func_name.rpartition(".")[2],
        params={**(job.kwargs or {}), "args": list(job.args or ()), "meta": dict(job.meta)},
    )
