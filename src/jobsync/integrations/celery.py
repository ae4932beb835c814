"""Celery: `track(app)`, and each task of the app is a job.

The job is there from the time the task is sent. It begins and ends with the task, a retry is its
next attempt, and what is revoked is canceled. Inside the task `jobsync.current_job()` is the job,
and `self.update_state` moves it. Where the process of the task is killed, Celery's main process
says so if it is left to; else the job's lease runs out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobsync import JobCanceled, current_job

from ._foreign_run import ForeignRun, job_id
from ._meta import tell
from ._runs import LEASE, RunningJob, Runs
from ._tools import need

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from jobsync import ConvexSync

__all__ = ["ForeignRun", "job_id_of", "track"]

signals: Any = need("celery.signals", "celery")
exceptions: Any = need("celery.exceptions", "celery")
imports: Any = need("celery.utils.imports", "celery")

SYSTEM = "celery"

WORDLESS = {"PROGRESS", "STARTED"}
"""States that say nothing but that the task is at work."""


def job_id_of(task_id: str) -> str:
    """Return the id of the job of a task: `sync.fetch_job(job_id_of(result.id))`."""
    return job_id(SYSTEM, task_id)


def track(
    app: Any,
    *,
    sync: ConvexSync | None = None,
    strict: bool = False,
    lease: float = LEASE,
    flower: str | None = None,
    describe: Callable[[ForeignRun], ForeignRun] | None = None,
) -> None:
    """Make each task of an app a job; call it where the app is made, before its first task.

    Without `sync` the deployment is found in the environment. `describe` may add an owner, tags or
    a link to a run. `flower` is the address of a Flower, for links. A task never fails because its
    job cannot be kept, unless `strict`: then one whose job cannot be begun fails. A task whose job
    was canceled does not begin and is revoked.
    """
    if "Task" in vars(app):
        raise RuntimeError("track(app) comes too late: the app has tasks already.")
    runs = Runs(sync, strict=strict, lease=lease, describe=describe)
    tracking = _Tracking(app, runs, flower)
    app.task_cls = _task_class(app, tracking)
    tracking.connect()


class _Tracking:
    """What happens to the tasks of an app, as Celery's signals tell it."""

    def __init__(self, app: Any, runs: Runs, flower: str | None) -> None:
        self._app = app
        self._runs = runs
        self._flower = flower
        self._running: dict[str, RunningJob] = {}

    def connect(self) -> None:
        signals.after_task_publish.connect(self.sent, weak=False)
        receivers: list[tuple[Any, Callable[..., None]]] = [
            (signals.task_success, self.succeeded),
            (signals.task_retry, self.retried),
            (signals.task_failure, self.failed),
            (signals.task_revoked, self.revoked),
            (signals.task_postrun, self.over),
        ]
        for signal, receiver in receivers:
            signal.connect(self._of_this_app(receiver), weak=False)

    def _of_this_app(self, receiver: Callable[..., None]) -> Callable[..., None]:
        def receive(sender: Any = None, **said: Any) -> None:
            # Signals are of the process, and there may be other apps in it.
            if getattr(sender, "app", None) is self._app:
                receiver(**{**said, "task": sender})

        return receive

    def sent(self, sender: str, headers: Mapping[str, Any], body: Any, **_: Any) -> None:
        task = self._app.tasks.get(sender)
        # A retry is sent, too: as the same task.
        if task is None or headers.get("retries"):
            return
        args, kwargs = body[:2] if isinstance(body, (list, tuple)) else ((), {})
        self._runs.wait_for(self._run(task, headers, args, kwargs))

    def begin(self, task: Any, task_id: str, args: Any, kwargs: Any) -> None:
        run = self._run(task, vars(task.request), args, kwargs)
        try:
            running = self._runs.begin(run)
        except JobCanceled as error:
            task.backend.mark_as_revoked(task_id, str(error), request=task.request)
            raise exceptions.Ignore from error
        if running is not None:
            self._running[task_id] = running.enter()

    def succeeded(self, task: Any, **_: Any) -> None:
        if running := self._running.pop(task.request.id, None):
            running.succeed()

    def retried(self, request: Any, reason: Any = None, **_: Any) -> None:
        error = getattr(reason, "exc", None) or str(reason)
        if running := self._running.pop(request.id, None):
            running.retry(error, _seconds(self._app.now, getattr(reason, "when", None)))

    def failed(self, task: Any, task_id: str, exception: BaseException, **_: Any) -> None:
        running = self._running.pop(task_id, None)
        if running is None:
            # The main process of the worker tells it of one that it has lost.
            self._runs.fail(job_id_of(task_id), exception)
        elif isinstance(exception, JobCanceled):
            task.backend.mark_as_revoked(task_id, str(exception), request=task.request)
            running.cancel(str(exception))
        else:
            running.fail(exception)

    def revoked(self, request: Any, expired: bool = False, **_: Any) -> None:
        reason = "expired before it began" if expired else "revoked"
        self._runs.cancel(job_id_of(request.id), reason)

    def over(self, task_id: str, retval: Any, state: str | None, **_: Any) -> None:
        """Hear the last of a task, after all that Celery has a signal for."""
        running = self._running.pop(task_id, None)
        # Without a state the process is about to exit: why, the main process knows.
        if running is None or state is None:
            return
        if not isinstance(retval, exceptions.Reject):
            running.cancel("the task raised Ignore")
        elif retval.requeue:
            running.retry("the task gave its message back")
        else:
            running.fail(f"rejected: {retval.reason}")

    def _run(self, task: Any, said: Mapping[str, Any], args: Any, kwargs: Any) -> ForeignRun:
        attempt = (said.get("retries") or 0) + 1
        delivery = said.get("delivery_info") or {}
        parent = said.get("parent_id")
        return ForeignRun(
            SYSTEM,
            str(said["id"]),
            task.name,
            attempt=attempt,
            again=bool(delivery.get("redelivered")),
            # What is acknowledged only in the end comes again if its worker is killed.
            max_attempts=attempt + bool(task.acks_late),
            url=self._flower and f"{self._flower.rstrip('/')}/task/{said['id']}",
            name=task.name.rpartition(".")[2],
            parent=parent and job_id_of(parent),
            params={**(kwargs or {}), "args": list(args or ())},
        )


def _task_class(app: Any, tracking: _Tracking) -> type:
    base: Any = imports.symbol_by_name(app.task_cls)

    class Task(base):  # type: ignore[misc]  # (what its task class is only the app knows)
        """A task of the app whose beginning and states are told."""

        abstract = True

        def before_start(self, task_id: str, args: Any, kwargs: Any) -> None:
            tracking.begin(self, task_id, args, kwargs)
            super().before_start(task_id, args, kwargs)

        def update_state(
            self,
            task_id: str | None = None,
            state: str | None = None,
            meta: Any = None,
            **options: Any,
        ) -> None:
            super().update_state(task_id, state, meta, **options)
            if task_id in {None, self.request.id}:
                _tell(state, meta)

    return Task


def _tell(state: str | None, meta: Any) -> None:
    """Say of the current job what a custom state says."""
    if (job := current_job()) is not None:
        stage = None if state in WORDLESS else state
        tell(job, meta if isinstance(meta, dict) else {}, stage)


def _seconds(now: Callable[[], datetime], when: float | datetime | None) -> float | None:
    """Return how long a retry waits."""
    if when is None or isinstance(when, (int, float)):
        return when
    return max(0.0, (when - now()).total_seconds())
