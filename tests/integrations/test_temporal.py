"""Temporal: its own development server, real workers, and what becomes of the activities' jobs."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.pipelines import LEASE
from tests.integrations.programs import Console, Program
from tests.integrations.tool_environments import ToolEnvironment, made
from tests.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jobsync import ConvexSync, Job
    from tests.conftest import Deployment, PassTime

    Reach = Callable[[str, Callable[[Job], bool]], Job]

GUARD = 60
LONG = 60.0
"""A heartbeat timeout that no test waits for."""


class Installation:
    """Workers that are started for a server, and a console beside them."""

    def __init__(self, tool: ToolEnvironment, variables: dict[str, str]) -> None:
        self._tool = tool
        self._variables = variables
        self._workers: list[Program] = []
        self.console = Console(tool, variables, "tests.integrations.temporal_console")

    def start_worker(self, **variables: str) -> None:
        environment = {**self._variables, **variables}
        self._workers.append(Program(self._tool, environment, "tests.integrations.temporal_worker"))

    def shut_down_worker(self) -> None:
        """End the newest worker as Ctrl-C does."""
        worker = self._workers[-1].process
        worker.send_signal(signal.SIGINT)
        worker.wait(GUARD)

    def kill_workers(self) -> None:
        for worker in self._workers:
            worker.kill()

    @contextmanager
    def without_deployment(self) -> Iterator[None]:
        """Have a worker that finds no deployment, for a while."""
        self.kill_workers()
        self.start_worker(CONVEX_URL=f"http://127.0.0.1:{free_port()}")
        yield
        self.kill_workers()
        self.start_worker()

    def send(
        self, activity: str, *params: Any, attempts: int = 1, silence: float = LONG
    ) -> tuple[str, str]:
        """Start a workflow of one activity; return its id and that of the activity's job."""
        workflow, run = self.console.ask("send", activity, params, attempts, silence)
        return workflow, f"temporal:{workflow}:{run}:1"

    def end(self) -> None:
        self.console.kill()
        self.kill_workers()


@pytest.fixture(scope="module")
def temporal(
    deployment: Deployment, temporal_address: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    tool, home = made("temporal"), tmp_path_factory.mktemp("temporal")
    variables = tool.variables(deployment, home, TEST_TEMPORAL=temporal_address)
    installation = Installation(tool, variables)
    installation.start_worker()
    yield installation
    installation.end()


def test_an_activity_that_succeeds(temporal: Installation, reach: Reach) -> None:
    """Its heartbeat moves the job; run, link, owner and tags are there."""
    workflow, job_id = temporal.send("draw", "org-1")
    job = reach(job_id, lambda job: job.finished)

    assert (job.state, job.attempt, job.result) == ("succeeded", 1, {"pages": 4})
    assert (job.type, job.name, job["workflow"]) == ("draw", "draw", "Book")
    assert (job.owner, job.tags) == ("org-1", ("nightly",))
    assert (job.stage, job.completed, job.progress) == ("drawing", 4, 100)
    assert job.run is not None
    assert (job.run.system, f"temporal:{job.run.id}") == ("temporal", job_id)
    run = job_id.split(":")[2]
    page = f"http://temporal.example/namespaces/default/workflows/{workflow}/{run}/history"
    assert job.run.url == page
    assert temporal.console.ask("end", workflow) == "org-1"


def test_an_activity_in_an_event_loop(temporal: Installation, reach: Reach) -> None:
    """It is a job as any other."""
    _, job_id = temporal.send("draw_in_a_loop", "org-1")
    job = reach(job_id, lambda job: job.finished)

    assert (job.state, job.stage) == ("succeeded", "drawing")


def test_an_activity_that_fails(temporal: Installation, reach: Reach) -> None:
    """Its error is the job's, with the traceback for those who run it."""
    job = reach(temporal.send("broken")[1], lambda job: job.finished)

    assert (job.state, job.attempt) == ("failed", 1)
    assert (job.error["message"], job.error["type"]) == ("no ink", "ValueError")
    assert "raise ValueError" in (job.error_traceback or "")


def test_an_activity_that_is_retried(temporal: Installation, reach: Reach) -> None:
    """Temporal's attempts are the job's, and in between the job has not failed."""
    _, job_id = temporal.send("flaky", attempts=3)
    job = reach(job_id, lambda job: job.finished)

    assert (job.state, job.attempt, job.max_attempts, job.error) == ("succeeded", 3, 3, None)


def test_an_activity_whose_attempts_are_used_up(temporal: Installation, reach: Reach) -> None:
    """The last failure is the job's."""
    job = reach(temporal.send("broken", attempts=2)[1], lambda job: job.finished)

    assert (job.state, job.attempt, job.error["message"]) == ("failed", 2, "no ink")


def test_an_activity_that_is_not_to_be_retried(temporal: Installation, reach: Reach) -> None:
    """What Temporal does not try again has failed for good, whatever attempts are left."""
    job = reach(temporal.send("refused", attempts=0)[1], lambda job: job.finished)

    assert (job.state, job.attempt, job.error["message"]) == (
        "failed",
        1,
        "NoSuchBook: no such book",
    )


def test_a_workflow_that_is_canceled(temporal: Installation, reach: Reach) -> None:
    """Temporal stops the activity, which beats by itself; the job is canceled."""
    workflow, job_id = temporal.send("stuck", silence=1.0)
    reach(job_id, lambda job: job.stage == "stuck")
    temporal.console.ask("cancel", workflow)
    job = reach(job_id, lambda job: job.finished)

    assert (job.state, job.cancel_reason) == ("canceled", "canceled in Temporal")
    assert temporal.console.ask("end", workflow) == "CancelledError"


def test_a_job_that_is_canceled(temporal: Installation, sync: ConvexSync, reach: Reach) -> None:
    """The activity stops where it tells of its progress, and Temporal does not try again."""
    workflow, job_id = temporal.send("obedient", attempts=0)
    reach(job_id, lambda job: job.stage == "working")
    sync.cancel_job(job_id, "too slow")
    job = reach(job_id, lambda job: job.finished)

    assert (job.state, job.attempt, job.cancel_reason) == ("canceled", 1, "too slow")
    assert temporal.console.ask("end", workflow) == "JobCanceled"


def test_a_job_that_is_canceled_between_two_attempts(
    temporal: Installation, sync: ConvexSync, reach: Reach
) -> None:
    """The next one, which is due when Temporal says, does not begin."""
    workflow, job_id = temporal.send("patient", attempts=0)
    waiting = reach(job_id, lambda job: job.state == "queued" and job.attempt == 2)
    sync.cancel_job(job_id, "changed my mind")

    assert waiting.next_attempt_at is not None
    assert 3.5 < (waiting.next_attempt_at - waiting.updated_at).total_seconds() <= 4

    assert temporal.console.ask("end", workflow) == "JobCanceled"
    job = reach(job_id, lambda job: job.finished)
    assert (job.state, job.stage) == ("canceled", None)


def test_an_activity_that_is_completed_elsewhere(
    temporal: Installation, sync: ConvexSync, reach: Reach
) -> None:
    """Its job waits without a lease, for whoever completes it."""
    _, job_id = temporal.send("elsewhere")
    job = reach(job_id, lambda job: job.stage == "completed elsewhere")

    assert (job.state, job.lease_expires_at) == ("queued", None)
    assert sync.complete_job(job_id).state == "succeeded"


def test_a_worker_that_is_shut_down(temporal: Installation, reach: Reach) -> None:
    """Its activities wait for their next attempt, on another worker."""
    _, job_id = temporal.send("stuck", attempts=0)
    reach(job_id, lambda job: job.stage == "stuck")
    temporal.shut_down_worker()
    waiting = reach(job_id, lambda job: job.attempt == 2)
    temporal.start_worker()
    job = reach(job_id, lambda job: job.finished)

    assert (waiting.state, waiting.error) == ("queued", "the worker was shut down")
    assert (job.state, job.attempt) == ("succeeded", 2)


def test_a_killed_activity_that_temporal_tries_again(temporal: Installation, reach: Reach) -> None:
    """Its heartbeats stop, and another worker goes on with the job, as its next attempt."""
    _, job_id = temporal.send("stuck", attempts=0, silence=2.0)
    reach(job_id, lambda job: job.stage == "stuck")
    temporal.kill_workers()
    temporal.start_worker()
    job = reach(job_id, lambda job: job.finished)

    assert (job.state, job.attempt, job.result) == ("succeeded", 2, {"attempt": 2})


def test_an_activity_that_is_killed(
    temporal: Installation, reach: Reach, pass_time: PassTime
) -> None:
    """Nobody is left to tell: the lease runs out, and the job has failed for that reason."""
    _, job_id = temporal.send("stuck")
    job = reach(job_id, lambda job: job.stage == "stuck")
    os.kill(int(job.message or 0), signal.SIGKILL)
    pass_time(LEASE)
    reach(job_id, lambda job: job.state == "lost")
    pass_time(LEASE)
    job = reach(job_id, lambda job: job.finished)
    temporal.start_worker()

    assert (job.state, job.attempt, job.error["reason"]) == ("failed", 1, "lost")


def test_without_a_deployment_an_activity_succeeds(temporal: Installation) -> None:
    """It is worked on as if nobody followed it."""
    with temporal.without_deployment():
        workflow, _ = temporal.send("draw", "org-1")
        assert temporal.console.ask("end", workflow) == "org-1"
