"""Dagster: a resource and hooks that make a step a job, and sensors that make a run one.

Inside `with jobsync.follow(context) as job:` the step is a job: its exception is the job's error, a
retry policy makes attempts, and a terminated run is canceled. The hooks record what an asset's
materialisation says of it, and give a job to steps that have no `follow`. A step whose process is
killed loses its lease. A run is followed by Dagster's daemon, which outlives it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from jobsync import JobCanceled

from ._foreign_run import ForeignRun, job_id
from ._runs import LEASE, Runs
from ._tolerance import tolerated
from ._tools import need

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jobsync import TrackedJob

    from ._runs import RunningJob

__all__ = [
    "ForeignRun",
    "JobsyncResource",
    "hooks",
    "job_id_of",
    "job_id_of_run",
    "run_sensors",
]

dagster: Any = need("dagster", "dagster")

SYSTEM = "dagster"
RESOURCE = "jobsync"

_Resource: Any = dagster.ConfigurableResource


def job_id_of(run_id: str, step_key: str) -> str:
    """Return the id of the job of a step."""
    return job_id(SYSTEM, f"{run_id}:{step_key}")


def job_id_of_run(run_id: str) -> str:
    """Return the id of the job of a run."""
    return job_id(SYSTEM, run_id)


class JobsyncResource(_Resource):  # type: ignore[misc]  # (what it is made of is untyped)
    """The resource, under the key `jobsync`; the deployment is found in the environment.

    A subclass may override `describe`, to add an owner or tags to a run. A step never fails because
    its job cannot be kept, unless `strict`: then one whose job cannot be begun fails.
    """

    webserver_url: str = ""
    """The address of Dagster's pages, for links."""
    lease: float = LEASE
    strict: bool = False
    runs_are_jobs: bool = False
    """Whether `run_sensors` are there, too: the jobs of steps are then parts of their run's."""

    def describe(self, run: ForeignRun) -> ForeignRun:
        """Return what is to be said of a run."""
        return run

    @contextmanager
    def follow(self, context: Any) -> Iterator[TrackedJob | None]:
        """Make the rest of a step's function a job.

        The id of the job is in the metadata of the step's output. A job that was canceled fails the
        step, without retries. `None` where the job cannot be kept.
        """
        step = context.get_step_execution_context()
        try:
            running = self.runs().begin(self.run_of(context.run_id, step.step.key, context))
        except JobCanceled as error:
            raise _stopped(error) from error
        if running is None:
            yield None
            return
        running.enter()
        _link_outputs(context, running.job.job_id)
        try:
            yield running.job
        except BaseException as error:
            _end(running, error, context.retry_number, step.op_retry_policy)
            if isinstance(error, JobCanceled):
                raise _stopped(error) from error
            raise
        running.succeed()

    def runs(self) -> Runs:
        """Return the runs of Dagster as jobs."""
        return Runs(None, strict=self.strict, lease=self.lease, describe=self.describe)

    def run_of(self, run_id: str, step_key: str, context: Any = None) -> ForeignRun:
        """Return the run of a step, as its own function or only its hooks see it."""
        base = self.webserver_url.rstrip("/")
        attempt = 1 if context is None else context.retry_number + 1
        is_partitioned = context is not None and context.has_partition_key
        return ForeignRun(
            SYSTEM,
            f"{run_id}:{step_key}",
            step_key,
            attempt=attempt,
            max_attempts=attempt,
            url=f"{base}/runs/{run_id}" if base else None,
            parent=job_id_of_run(run_id) if self.runs_are_jobs else None,
            source=context.partition_key if is_partitioned else None,
            params=(context and context.op_config) or {},
        )

    def whole_run(self, run: Any) -> ForeignRun:
        """Return a run as the sensors see it."""
        base = self.webserver_url.rstrip("/")
        return ForeignRun(
            SYSTEM,
            run.run_id,
            run.job_name,
            url=f"{base}/runs/{run.run_id}" if base else None,
            name=run.job_name,
            source=run.tags.get("dagster/partition"),
            params={"config": run.run_config, "tags": run.tags},
        )


def hooks() -> set[Any]:
    """Return the hooks: `@job(hooks=hooks())`, `@asset(hooks=hooks())`."""
    keys = {RESOURCE}
    return {
        dagster.success_hook(name="jobsync_succeeded", required_resource_keys=keys)(_succeeded),
        dagster.failure_hook(name="jobsync_failed", required_resource_keys=keys)(_failed),
    }


def run_sensors(*, every: int = 10) -> list[Any]:
    """Return what makes each run a job: `Definitions(sensors=run_sensors())`.

    Dagster's daemon asks them, each so many seconds at the soonest. A run that is killed ends when
    the daemon finds out, if Dagster's `run_monitoring` is on.
    """
    status = dagster.DagsterRunStatus
    return [
        _run_sensor(status.STARTED, every, _run_started),
        _run_sensor(status.SUCCESS, every, _run_succeeded),
        _run_sensor(status.FAILURE, every, _run_failed),
        _run_sensor(status.CANCELED, every, _run_canceled),
    ]


def _run_sensor(status: Any, every: int, hear: Callable[[Any, Runs, str], None]) -> Any:
    def tell(context: Any, jobsync: JobsyncResource) -> None:
        runs = jobsync.runs()
        run = jobsync.whole_run(context.dagster_run)
        # The sensors are asked in any order.
        runs.wait_for(run)
        hear(context, runs, run.job_id)

    # Dagster looks at the annotation itself, not at its name.
    tell.__annotations__ = {RESOURCE: JobsyncResource}
    sensor = dagster.run_status_sensor(
        run_status=status,
        name=f"jobsync_run_{status.value.lower()}",
        minimum_interval_seconds=every,
        default_status=dagster.DefaultSensorStatus.RUNNING,
    )
    return sensor(tell)


def _run_started(_context: Any, runs: Runs, id_: str) -> None:
    with runs.tolerated(id_):
        runs.sync.start_job(id_)


def _run_succeeded(_context: Any, runs: Runs, id_: str) -> None:
    runs.succeed(id_)


def _run_failed(context: Any, runs: Runs, id_: str) -> None:
    runs.fail(id_, context.dagster_event.message or "the run has failed")


def _run_canceled(_context: Any, runs: Runs, id_: str) -> None:
    runs.cancel(id_, "the run was terminated")


def _succeeded(context: Any) -> None:
    resource = getattr(context.resources, RESOURCE)
    runs, run = resource.runs(), resource.run_of(context.run_id, context.step_key)
    with runs.tolerated(run.job_id):
        runs.wait_for(run)
        runs.sync.complete_job(run.job_id)
        for output, metadata in context.op_output_metadata.items():
            if metadata:
                said = {key: _plain(value) for key, value in metadata.items()}
                runs.sync.record_event(run.job_id, "materialized", {"output": output, **said})


def _failed(context: Any) -> None:
    resource = getattr(context.resources, RESOURCE)
    runs, run = resource.runs(), resource.run_of(context.run_id, context.step_key)
    runs.wait_for(run)
    runs.fail(run.job_id, context.op_exception)


def _link_outputs(context: Any, id_: str) -> None:
    """Name the job in the metadata of what is to come; what was yielded takes no more of it."""
    with tolerated(f"The job {id_!r} is not in the metadata of its outputs", strict=False):
        for name in context.selected_output_names:
            # The parts of a dynamic output are not known before they are there.
            if not context.op_def.output_def_named(name).is_dynamic:
                context.add_output_metadata({"jobsync_job": id_}, name)


def _end(running: RunningJob, error: BaseException, retries: int, policy: Any) -> None:
    if isinstance(error, JobCanceled):
        running.cancel(str(error))
    elif isinstance(error, dagster.RetryRequested):
        retry_after = error.seconds_to_wait
        cause: BaseException = error.__cause__ or error
        if retries < error.max_retries:
            running.retry(cause, retry_after)
        else:
            running.fail(cause)
    elif not isinstance(error, Exception):
        running.cancel("the run was terminated")
    elif policy is not None and retries < policy.max_retries and _may_be_retried(error):
        running.retry(error, policy.calculate_delay(retries + 1))
    else:
        running.fail(error)


def _may_be_retried(error: Exception) -> bool:
    return not isinstance(error, dagster.Failure) or bool(error.allow_retries)


def _stopped(error: JobCanceled) -> Exception:
    failure: Exception = dagster.Failure(f"The job was canceled: {error}", allow_retries=False)
    return failure


def _plain(metadata: Any) -> Any:
    """Return a metadata value as something that an event can hold."""
    value = getattr(metadata, "value", None)
    return value if isinstance(value, (str, int, float, dict, list)) else str(value)
