"""Temporal: `Worker(..., interceptors=[JobsyncInterceptor()])`, and each activity is a job.

An attempt begins and ends in the worker, with the call of the activity; Temporal's number of it is
the job's, and what Temporal tries again is the next attempt. Where the worker is killed its lease
runs out, and Temporal's next attempt goes on with the job. Workflows are not followed: they are
Temporal's own, and replayed.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from jobsync import JobCanceled, current_job

from ._foreign_run import ForeignRun, job_id
from ._meta import tell
from ._runs import LEASE, RunningJob, Runs, made_current
from ._tools import need

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jobsync import ConvexSync

__all__ = ["ForeignRun", "JobsyncInterceptor", "job_id_of"]

activity: Any = need("temporalio.activity", "temporal")
exceptions: Any = need("temporalio.exceptions", "temporal")
worker: Any = need("temporalio.worker", "temporal")

SYSTEM = "temporal"
BEATS_PER_TIMEOUT = 3
DEFAULT_WAITS = 100
"""How many times the first wait Temporal waits at most, where the policy says nothing of it."""

_Interceptor: Any = worker.Interceptor
_InboundInterceptor: Any = worker.ActivityInboundInterceptor
_OutboundInterceptor: Any = worker.ActivityOutboundInterceptor


def job_id_of(workflow_id: str, run_id: str, activity_id: str) -> str:
    """Return the id of the job of an activity; a workflow numbers its activities from "1"."""
    return job_id(SYSTEM, f"{workflow_id}:{run_id}:{activity_id}")


class JobsyncInterceptor(_Interceptor):  # type: ignore[misc]  # (what it is made of is untyped)
    """Makes each activity of a worker a job.

    Without `sync` the deployment is found in the environment. `describe` may add an owner or tags
    to a run. `web` is the address of Temporal's pages, for links. With `heartbeats` an activity
    that has a heartbeat timeout beats by itself while it runs: its worker's death is found out, and
    a cancellation arrives, without a line in the activity. An activity never fails because its job
    cannot be kept, unless `strict`: then one whose job cannot be begun fails. One whose job was
    canceled fails for good, with the type `JobCanceled`.
    """

    def __init__(
        self,
        *,
        sync: ConvexSync | None = None,
        strict: bool = False,
        lease: float = LEASE,
        web: str | None = None,
        heartbeats: bool = False,
        describe: Callable[[ForeignRun], ForeignRun] | None = None,
    ) -> None:
        super().__init__()
        self._runs = Runs(sync, strict=strict, lease=lease, describe=describe)
        self._web = web
        self._beats = heartbeats

    def intercept_activity(self, next: Any) -> Any:  # noqa: A002 (Temporal's name for it)
        """Follow the activity that is about to be run."""
        return _Inbound(next, self._runs, self._web, self._beats)


class _Inbound(_InboundInterceptor):  # type: ignore[misc]
    """The call of one activity."""

    def __init__(self, inner: Any, runs: Runs, web: str | None, beats: bool) -> None:
        super().__init__(inner)
        self._runs = runs
        self._web = web
        self._beats = beats

    def init(self, outbound: Any) -> None:
        self._outbound = _Outbound(outbound)
        super().init(self._outbound)

    async def execute_activity(self, input: Any) -> Any:  # noqa: A002 (Temporal's name for it)
        info = activity.info()
        run = _run(info, input.args, self._web)
        begun = asyncio.ensure_future(asyncio.to_thread(self._begin, run))
        try:
            # If it is canceled meanwhile, what has begun is ended all the same.
            running = await asyncio.shield(begun)
            with made_current(running), self._beating(info):
                result = await super().execute_activity(input)
        except BaseException as error:
            await asyncio.to_thread(_end, await begun, error, info)
            if isinstance(error, JobCanceled):
                raise _stopped(error) from error
            raise
        if running is not None:
            await asyncio.to_thread(running.succeed)
        return result

    def _begin(self, run: ForeignRun) -> RunningJob | None:
        try:
            return self._runs.begin(run)
        except JobCanceled as error:
            raise _stopped(error) from error

    @contextmanager
    def _beating(self, info: Any) -> Iterator[None]:
        if not self._beats or info.heartbeat_timeout is None:
            yield
            return
        every = info.heartbeat_timeout.total_seconds() / BEATS_PER_TIMEOUT
        beats = asyncio.ensure_future(self._outbound.beat(every))
        try:
            yield
        finally:
            beats.cancel()


class _Outbound(_OutboundInterceptor):  # type: ignore[misc]
    """What an activity says to Temporal."""

    def __init__(self, inner: Any) -> None:
        super().__init__(inner)
        self._details = tuple(inner.info().heartbeat_details)

    def heartbeat(self, *details: Any) -> None:
        self._details = details
        super().heartbeat(*details)
        if (job := current_job()) is not None:
            if len(details) == 1 and isinstance(details[0], dict):
                tell(job, details[0])
            else:
                job.heartbeat()

    async def beat(self, every: float) -> None:
        """Beat for the activity, with what it said last: a later attempt may start from there."""
        while True:
            await asyncio.sleep(every)
            super().heartbeat(*self._details)


def _end(running: RunningJob | None, error: BaseException, info: Any) -> None:
    if running is None:
        return
    if isinstance(error, JobCanceled):
        running.cancel(str(error))
    elif isinstance(error, (asyncio.CancelledError, exceptions.CancelledError)):
        _end_canceled(running, info)
    elif isinstance(error, Exception):
        _end_failed(running, error, info)
    else:
        # It is completed by somebody else, who ends the job, too.
        running.put_off("completed elsewhere")


def _end_canceled(running: RunningJob, info: Any) -> None:
    """Find out who has stopped it: only a request leaves it canceled."""
    why = activity.cancellation_details()
    if why is not None and (why.cancel_requested or why.not_found):
        running.cancel("canceled in Temporal")
    elif why is not None and why.worker_shutdown:
        _end_failed(running, "the worker was shut down", info)
    else:
        _end_failed(running, "Temporal gave this attempt up", info)


def _end_failed(running: RunningJob, error: Exception | str, info: Any) -> None:
    wait = _wait(info, error)
    is_over = info.schedule_to_close_timeout is not None and (
        datetime.now(timezone.utc) + wait >= info.scheduled_time + info.schedule_to_close_timeout
    )
    if is_over or not _may_be_retried(info, error):
        running.fail(error)
    else:
        running.retry(error, wait.total_seconds())


def _wait(info: Any, error: Exception | str) -> timedelta:
    """Return how long Temporal waits before the next attempt."""
    if asked := getattr(error, "next_retry_delay", None):
        return timedelta(seconds=asked.total_seconds())
    policy = info.retry_policy
    if policy is None:
        return timedelta(0)
    longest = policy.maximum_interval or policy.initial_interval * DEFAULT_WAITS
    with suppress(OverflowError):
        grown = policy.initial_interval * policy.backoff_coefficient ** (info.attempt - 1)
        return timedelta(seconds=min(grown, longest).total_seconds())
    return timedelta(seconds=longest.total_seconds())


def _may_be_retried(info: Any, error: Exception | str) -> bool:
    policy = info.retry_policy
    if getattr(error, "non_retryable", False):
        return False
    if policy is None:
        return True
    kind = getattr(error, "type", None) or type(error).__name__
    is_left = not policy.maximum_attempts or info.attempt < policy.maximum_attempts
    return is_left and kind not in (policy.non_retryable_error_types or ())


def _stopped(error: JobCanceled) -> Exception:
    failure: Exception = exceptions.ApplicationError(
        str(error), type="JobCanceled", non_retryable=True
    )
    return failure


def _run(info: Any, args: Any, web: str | None) -> ForeignRun:
    most = info.retry_policy.maximum_attempts if info.retry_policy else 0
    # An activity may be started by itself, too.
    run_id = info.workflow_run_id or info.activity_run_id
    url = web and f"{web.rstrip('/')}/namespaces/{info.namespace}/workflows/{info.workflow_id}"
    return ForeignRun(
        SYSTEM,
        ":".join(part for part in (info.workflow_id, run_id, info.activity_id) if part),
        info.activity_type,
        attempt=info.attempt,
        # Without a limit there is always one more.
        max_attempts=most or info.attempt + 1,
        url=f"{url}/{run_id}/history" if url and info.workflow_id else None,
        name=info.activity_type,
        record={"workflow": info.workflow_type} if info.workflow_type else {},
        params={"args": list(args), "workflow_id": info.workflow_id, "task_queue": info.task_queue},
    )
