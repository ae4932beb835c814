"""Airflow: each task instance is a job, by a plugin for all DAGs or by callbacks for some.

The process of the task tells of its beginning and its end. Where that process is killed nobody
does: no callback of Airflow's is called then. The job's lease runs out, and the next try, if there
is one, is the next attempt of the same job. A task that defers itself or is rescheduled waits for
its next attempt, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobsync import JobCanceled

from ._foreign_run import ForeignRun, job_id
from ._runs import LEASE, RunningJob, Runs
from ._tools import need

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jobsync import ConvexSync

__all__ = ["ForeignRun", "callbacks", "job_id_of", "plugin"]

listeners: Any = need("airflow.listeners", "airflow")
plugins: Any = need("airflow.plugins_manager", "airflow")
exceptions: Any = need("airflow.sdk.exceptions", "airflow")

SYSTEM = "airflow"

RUNNING: dict[str, RunningJob] = {}
"""What this process runs, for a DAG that has callbacks where there is a plugin, too."""


def job_id_of(dag_id: str, run_id: str, task_id: str, map_index: int = -1) -> str:
    """Return the id of the job of a task instance."""
    return job_id(SYSTEM, _instance(dag_id, run_id, task_id, map_index))


def plugin(
    *,
    sync: ConvexSync | None = None,
    strict: bool = False,
    lease: float = LEASE,
    describe: Callable[[ForeignRun], ForeignRun] | None = None,
) -> type:
    """Return a plugin that makes each task of all DAGs a job; a file in plugins/ gives it a name.

    Without `sync` the deployment is found in the environment. `describe` may add an owner or tags
    to a run. Airflow hides what goes wrong in a plugin: neither `strict` nor a job that was
    canceled before its task began can keep the task from running; with `callbacks` they do.
    """
    tasks = _Tasks(Runs(sync, strict=strict, lease=lease, describe=describe))
    base: Any = plugins.AirflowPlugin
    return type("JobsyncPlugin", (base,), {"name": "jobsync", "listeners": [_Listener(tasks)]})


def callbacks(
    *,
    sync: ConvexSync | None = None,
    strict: bool = False,
    lease: float = LEASE,
    describe: Callable[[ForeignRun], ForeignRun] | None = None,
) -> dict[str, Callable[..., None]]:
    """Return what makes the tasks of a DAG jobs: `DAG(..., default_args=callbacks())`.

    The options are those of `plugin`. A task fails, without retries, if its job was canceled before
    it began; and, with `strict`, if its job cannot be begun.
    """
    tasks = _Tasks(Runs(sync, strict=strict, lease=lease, describe=describe))

    def begin(context: Mapping[str, Any]) -> None:
        try:
            tasks.begin(context["ti"])
        except JobCanceled as error:
            raise exceptions.AirflowFailException(str(error)) from error

    return {
        "pre_execute": begin,
        "on_success_callback": lambda context: tasks.succeeded(context["ti"]),
        "on_failure_callback": lambda context: tasks.failed(context["ti"], _error(context)),
        "on_retry_callback": lambda context: tasks.retried(context["ti"], _error(context)),
        "on_skipped_callback": lambda context: tasks.skipped(context["ti"]),
    }


class _Tasks:
    """What happens to task instances, in whichever process of Airflow it is told."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._running = RUNNING

    def begin(self, ti: Any) -> None:
        id_ = _id(ti)
        if id_ in self._running:
            return
        running = self._runs.begin(_run(ti))
        if running is not None:
            self._running[id_] = running.enter()

    def succeeded(self, ti: Any) -> None:
        if running := self._running.pop(_id(ti), None):
            running.succeed()
        else:
            # A person has set it so.
            self._runs.succeed(_id(ti))

    def skipped(self, ti: Any) -> None:
        if running := self._running.pop(_id(ti), None):
            running.cancel("the task skipped itself")

    def failed(self, ti: Any, error: Any) -> None:
        running = self._running.pop(_id(ti), None)
        if running is None:
            self._runs.fail(_id(ti), error)
        elif isinstance(error, JobCanceled):
            running.cancel(str(error))
        else:
            running.fail(error)

    def retried(self, ti: Any, error: Any) -> None:
        running = self._running.pop(_id(ti), None)
        if running is not None and isinstance(error, JobCanceled):
            running.cancel(str(error))
        elif running is not None:
            running.retry(error, _delay(ti))

    def stopping(self) -> None:
        """Let go of what waits to be run again without having been tried: it was deferred."""
        for id_ in list(self._running):
            self._running.pop(id_).put_off("deferred")


class _Listener:
    """The listener of the plugin."""

    def __init__(self, tasks: _Tasks) -> None:
        self._tasks = tasks

    @listeners.hookimpl  # type: ignore[untyped-decorator]
    def on_task_instance_running(self, task_instance: Any) -> None:
        """Begin, in the process of the task."""
        self._tasks.begin(task_instance)

    @listeners.hookimpl  # type: ignore[untyped-decorator]
    def on_task_instance_success(self, task_instance: Any) -> None:
        """End, in the process of the task, or where a person has set its state."""
        self._tasks.succeeded(task_instance)

    @listeners.hookimpl  # type: ignore[untyped-decorator]
    def on_task_instance_skipped(self, task_instance: Any) -> None:
        """End as canceled."""
        self._tasks.skipped(task_instance)

    @listeners.hookimpl  # type: ignore[untyped-decorator]
    def on_task_instance_failed(self, task_instance: Any, error: Any) -> None:
        """End an attempt; Airflow tells here of one that is to be retried, too."""
        said = error or "the state was set to failed"
        if task_instance.state == "up_for_retry":
            self._tasks.retried(task_instance, said)
        else:
            self._tasks.failed(task_instance, said)

    @listeners.hookimpl  # type: ignore[untyped-decorator]
    def before_stopping(self, component: Any) -> None:
        """Hear that the process of the task is done with it."""
        del component
        self._tasks.stopping()


def _error(context: Mapping[str, Any]) -> Any:
    return context.get("exception") or "failed without an exception"


def _delay(ti: Any) -> float | None:
    delay = getattr(getattr(ti, "task", None), "retry_delay", None)
    return None if delay is None else float(delay.total_seconds())


def _instance(dag_id: str, run_id: str, task_id: str, map_index: int) -> str:
    mapped = f"[{map_index}]" if map_index >= 0 else ""
    return f"{dag_id}/{run_id}/{task_id}{mapped}"


def _id(ti: Any) -> str:
    return job_id_of(ti.dag_id, ti.run_id, ti.task_id, ti.map_index)


def _run(ti: Any) -> ForeignRun:
    context = ti.get_template_context()
    url = str(ti.log_url)
    return ForeignRun(
        SYSTEM,
        _instance(ti.dag_id, ti.run_id, ti.task_id, ti.map_index),
        f"{ti.dag_id}.{ti.task_id}",
        attempt=ti.try_number,
        # Airflow counts tries: whatever runs in a later one is not what ran before.
        again=ti.try_number > 1,
        max_attempts=(ti.max_tries or 0) + 1,
        is_limited=True,
        url=url,
        name=ti.task_id,
        tags=tuple(sorted(context["dag"].tags)),
        record={"dag_run_url": url.partition("/tasks/")[0]},
        params=getattr(context["dag_run"], "conf", None) or {},
    )
