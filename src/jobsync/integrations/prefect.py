"""Prefect: `@tracked()` above `@flow` or `@task`, and each of its runs is a job.

An attempt begins and ends with the call of the function, where its exception is known; Prefect's
state hooks tell the rest: what completed, what failed without being called, what crashed, and what
was canceled while another process watches over the run. A process that is killed and has nobody to
watch over it loses its lease.
"""

from __future__ import annotations

import asyncio
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from jobsync import JobCanceled

from ._foreign_run import ForeignRun, job_id
from ._runs import LEASE, RunningJob, Runs, made_current
from ._tools import need

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobsync import ConvexSync

__all__ = ["ForeignRun", "job_id_of", "tracked"]

prefect: Any = need("prefect", "prefect")
context: Any = need("prefect.context", "prefect")
states: Any = need("prefect.states", "prefect")
urls: Any = need("prefect.utilities.urls", "prefect")

T = TypeVar("T")

SYSTEM = "prefect"


def job_id_of(run_id: object) -> str:
    """Return the id of the job of a flow run or task run."""
    return job_id(SYSTEM, str(run_id))


def tracked(
    *,
    sync: ConvexSync | None = None,
    strict: bool = False,
    lease: float = LEASE,
    describe: Callable[[ForeignRun], ForeignRun] | None = None,
) -> Callable[[T], T]:
    """Make each run of a flow or task a job; write it above `@flow` or `@task`.

    Without `sync` the deployment is found in the environment. `describe` may add an owner or tags
    to a run. The job of a task is a part of the job of its flow. A run never fails because its job
    cannot be kept, unless `strict`: then one whose job cannot be begun fails. A run whose job was
    canceled ends in Prefect's state `Cancelled`.
    """
    runs = Runs(sync, strict=strict, lease=lease, describe=describe)

    def decorate(runnable: T) -> T:
        if not isinstance(runnable, (prefect.Flow, prefect.Task)):
            raise TypeError("@tracked() belongs above @flow or @task.")
        if getattr(runnable, "isgenerator", False):
            raise TypeError(f"{runnable.name} is a generator, whose work is done after the call.")
        _Tracking(runnable, runs).attach(runnable)
        return runnable

    return decorate


class _Tracking:
    """The runs of one flow or task."""

    def __init__(self, runnable: Any, runs: Runs) -> None:
        self._runs = runs
        self._is_flow = isinstance(runnable, prefect.Flow)
        self._running: dict[str, RunningJob] = {}
        self._errors: dict[str, Exception] = {}

    def attach(self, runnable: Any) -> None:
        is_async = runnable.isasync
        self._fn = runnable.fn = (self._async if is_async else self._sync)(runnable.fn)
        for word, hook in [
            ("on_completion", self._completed),
            ("on_failure", self._failed),
            ("on_crashed", self._failed),
            ("on_cancellation", self._canceled),
        ]:
            # Only flows crash and are canceled.
            if register := getattr(runnable, word, None):
                register(_off_the_loop(hook) if is_async else hook)

    def _sync(self, fn: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(fn)
        def call(*args: Any, **kwargs: Any) -> Any:
            run = self._run()
            if run is None:
                return fn(*args, **kwargs)
            try:
                with made_current(self._begin(run)):
                    return fn(*args, **kwargs)
            except JobCanceled as error:
                return self._stop(run, error)
            except Exception as error:
                self._end_attempt(run, error)
                raise

        return call

    def _async(self, fn: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(fn)
        async def call(*args: Any, **kwargs: Any) -> Any:
            run = self._run()
            if run is None:
                return await fn(*args, **kwargs)
            try:
                with made_current(await asyncio.to_thread(self._begin, run)):
                    return await fn(*args, **kwargs)
            except JobCanceled as error:
                return await asyncio.to_thread(self._stop, run, error)
            except Exception as error:
                await asyncio.to_thread(self._end_attempt, run, error)
                raise

        return call

    def _begin(self, run: ForeignRun) -> RunningJob | None:
        if before := self._running.pop(run.id, None):
            # Nothing was raised, and yet Prefect tries again.
            before.retry("the run returned a state that is to be retried")
        running = self._runs.begin(run)
        if running is not None:
            self._running[run.id] = running
        return running

    def _end_attempt(self, run: ForeignRun, error: Exception) -> None:
        retries, delay = self._retries()
        if run.attempt > retries:
            # The hook that follows ends it.
            self._errors[run.id] = error
        elif running := self._running.pop(run.id, None):
            running.retry(error, delay)

    def _stop(self, run: ForeignRun, error: JobCanceled) -> Any:
        if running := self._running.pop(run.id, None):
            running.cancel(str(error))
        return states.Cancelled(message=str(error))

    # What the arguments of hooks are called is Prefect's: a process that watches over another names
    # them. Those of tasks come by their place.

    def _completed(self, flow: Any, flow_run: Any, state: Any) -> None:
        del flow, state
        if running := self._running.pop(str(flow_run.id), None):
            running.succeed()

    def _failed(self, flow: Any, flow_run: Any, state: Any) -> None:
        del flow
        said = {"message": state.message or state.name, "type": f"Prefect {state.name}"}
        error = self._errors.pop(str(flow_run.id), said)
        if running := self._running.pop(str(flow_run.id), None):
            running.fail(error)
        else:
            # It was not to be retried after all, or this process only watches over it.
            self._runs.fail(job_id_of(flow_run.id), error)

    def _canceled(self, flow: Any, flow_run: Any, state: Any) -> None:
        del flow
        reason = state.message or "canceled in Prefect"
        if running := self._running.pop(str(flow_run.id), None):
            running.cancel(reason)
        else:
            self._runs.cancel(job_id_of(flow_run.id), reason)

    def _context(self) -> Any:
        return (context.FlowRunContext if self._is_flow else context.TaskRunContext).get()

    def _retries(self) -> tuple[int, float | None]:
        """Return how often the run that this code is in may be tried again, and after how long."""
        here = self._context()
        runnable = here.flow if self._is_flow else here.task
        delay = runnable.retry_delay_seconds
        return runnable.retries or 0, delay if isinstance(delay, (int, float)) else None

    def _run(self) -> ForeignRun | None:
        here = self._context()
        runnable = here and (here.flow if self._is_flow else here.task)
        if runnable is None or runnable.fn is not self._fn:
            # Called as the plain function that it was made of.
            return None
        run = here.flow_run if self._is_flow else here.task_run
        return ForeignRun(
            SYSTEM,
            str(run.id),
            runnable.name,
            attempt=run.run_count,
            max_attempts=run.run_count,
            is_limited=True,
            url=urls.url_for(run),
            name=run.name,
            tags=tuple(run.tags),
            params=here.parameters or {},
        )


def _off_the_loop(hook: Callable[..., None]) -> Callable[..., Any]:
    @wraps(hook)
    async def call(*args: Any, **kwargs: Any) -> None:
        await asyncio.to_thread(hook, *args, **kwargs)

    return call
