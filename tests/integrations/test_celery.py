"""Celery: a real worker, a real broker, and what becomes of the jobs of its tasks."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.pipelines import LEASE
from tests.integrations.programs import Console, kill_all
from tests.integrations.tool_environments import ToolEnvironment, made
from tests.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from jobsync import ConvexSync, Job
    from tests.conftest import Deployment, PassTime

    Reach = Callable[[str, Callable[[Job], bool]], Job]

APP = "tests.integrations.celery_tasks"


class Installation:
    """A Celery with a broker, and workers that are started for it."""

    def __init__(self, tool: ToolEnvironment, variables: dict[str, str], folder: Path) -> None:
        self._tool = tool
        self._variables = variables
        self._folder = folder
        self._workers: list[subprocess.Popen[bytes]] = []
        self._console = Console(tool, variables, "tests.integrations.celery_console")
        self.ask = self._console.ask

    def start_worker(self, **variables: str) -> None:
        worker = subprocess.Popen(
            [self._tool.command("celery"), "-A", APP, "worker", "--concurrency", "2"],
            env={**self._variables, **variables},
            cwd=self._folder,
            start_new_session=True,
        )
        self._workers.append(worker)

    @contextmanager
    def without_deployment(self) -> Iterator[None]:
        """Have workers that find no deployment, for a while."""
        self.kill_workers()
        self.start_worker(CONVEX_URL=f"http://127.0.0.1:{free_port()}")
        yield
        self.kill_workers()
        self.start_worker()

    def send(self, task: str, **params: Any) -> str:
        """Send a task; return its id."""
        return str(self.ask("send", task, params))

    def end(self) -> None:
        self._console.kill()
        self.kill_workers()

    def kill_workers(self) -> None:
        """Kill the workers and the processes of their pools."""
        for worker in self._workers:
            kill_all(worker)


def job_of(task_id: str) -> str:
    return f"celery:{task_id}"


@pytest.fixture(scope="module")
def celery(
    deployment: Deployment, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    tool, home = made("celery"), tmp_path_factory.mktemp("celery")
    installation = Installation(tool, tool.variables(deployment, home, TEST_BROKER=redis_url), home)
    installation.start_worker()
    yield installation
    installation.end()


def test_a_task_that_succeeds(celery: Installation, reach: Reach) -> None:
    """Its custom state is the stage; run, link, owner and tags are there."""
    task_id = celery.send("films.render", pages=4, owner="org-1")
    job = reach(job_of(task_id), lambda job: job.finished)

    assert (job.state, job.attempt, job.result) == ("succeeded", 1, {"pages": 4})
    assert (job.type, job.name, job.owner, job.tags) == (
        "films.render",
        "render",
        "org-1",
        ("nightly",),
    )
    assert (job.stage, job.completed, job.total, job.progress) == ("RENDERING", 4, 4, 100)
    assert job.run is not None
    assert (job.run.system, job.run.id) == ("celery", task_id)
    assert job.run.url == f"http://flower.example/task/{task_id}"


def test_a_task_that_fails(celery: Installation, reach: Reach) -> None:
    """Its error is the job's, with the traceback for those who run it."""
    job = reach(job_of(celery.send("films.broken")), lambda job: job.finished)

    assert (job.state, job.attempt) == ("failed", 1)
    assert (job.error["message"], job.error["type"]) == ("no ink", "ValueError")
    assert "raise ValueError" in (job.error_traceback or "")


def test_a_task_that_is_retried(celery: Installation, reach: Reach) -> None:
    """Each try is an attempt of the same job, which has not failed in between."""
    job = reach(job_of(celery.send("films.flaky")), lambda job: job.finished)

    assert (job.state, job.attempt, job.error) == ("succeeded", 3, None)


def test_a_task_whose_retries_are_used_up(celery: Installation, reach: Reach) -> None:
    """The last failure is the job's."""
    job = reach(job_of(celery.send("films.hopeless")), lambda job: job.finished)

    assert (job.state, job.attempt, job.error["message"]) == ("failed", 2, "no ink")


def test_a_running_task_that_is_revoked(celery: Installation, reach: Reach) -> None:
    """Celery ends its process; the job is canceled."""
    task_id = celery.send("films.stuck")
    reach(job_of(task_id), lambda job: job.stage == "stuck")
    celery.ask("terminate", task_id)
    job = reach(job_of(task_id), lambda job: job.finished)

    assert (job.state, job.cancel_reason) == ("canceled", "revoked")


def test_a_waiting_task_that_is_revoked(celery: Installation, reach: Reach) -> None:
    """Its job was there from the time it was sent, and is canceled when the worker drops it."""
    ahead = [celery.send("films.stuck") for _ in range(2)]
    task_id = celery.send("films.broken")
    assert reach(job_of(task_id), lambda _: True).state == "queued"
    # Only a worker that is there already hears what is broadcast.
    for each in ahead:
        reach(job_of(each), lambda job: job.stage == "stuck")
    celery.ask("revoke", task_id)
    for each in ahead:
        celery.ask("terminate", each)
    job = reach(job_of(task_id), lambda job: job.finished)

    assert (job.state, job.cancel_reason, job.started_at) == ("canceled", "revoked", None)


def test_a_job_that_is_canceled_before_it_begins(
    celery: Installation, sync: ConvexSync, reach: Reach
) -> None:
    """The task is not run, and is revoked in Celery."""
    ahead = [celery.send("films.stuck") for _ in range(2)]
    task_id = celery.send("films.obedient")
    assert sync.cancel_job(job_of(task_id), "changed my mind").state == "canceled"
    for each in ahead:
        reach(job_of(each), lambda job: job.stage == "stuck")
        celery.ask("terminate", each)

    assert celery.ask("end", task_id) == "REVOKED"


def test_a_job_that_is_canceled(celery: Installation, sync: ConvexSync, reach: Reach) -> None:
    """The task stops where it tells of its progress, and is revoked in Celery."""
    task_id = celery.send("films.obedient")
    reach(job_of(task_id), lambda job: job.stage == "working")
    sync.cancel_job(job_of(task_id), "too slow")
    job = reach(job_of(task_id), lambda job: job.finished)

    assert (job.state, job.cancel_reason) == ("canceled", "too slow")
    assert celery.ask("end", task_id) == "REVOKED"


def test_a_task_whose_process_is_killed(celery: Installation, reach: Reach) -> None:
    """The main process of the worker sees it, and the job fails with what Celery says of it."""
    task_id = celery.send("films.stuck")
    job = reach(job_of(task_id), lambda job: job.stage == "stuck")
    os.kill(int(job.message or 0), signal.SIGKILL)
    job = reach(job_of(task_id), lambda job: job.finished)

    assert (job.state, job.attempt) == ("failed", 1)
    assert job.error["type"].endswith("WorkerLostError")


def test_a_killed_task_that_celery_runs_again(celery: Installation, reach: Reach) -> None:
    """It goes on as the next attempt of the same job."""
    task_id = celery.send("films.redelivered")
    job = reach(job_of(task_id), lambda job: job.stage == "stuck")
    os.kill(int(job.message or 0), signal.SIGKILL)
    job = reach(job_of(task_id), lambda job: job.finished)

    assert (job.state, job.attempt, job.result) == ("succeeded", 2, {"attempt": 2})


def test_a_worker_that_is_killed(celery: Installation, reach: Reach, pass_time: PassTime) -> None:
    """Nobody is left to tell: the lease runs out, and the job has failed for that reason."""
    task_id = celery.send("films.stuck")
    reach(job_of(task_id), lambda job: job.stage == "stuck")
    celery.kill_workers()
    pass_time(LEASE)
    reach(job_of(task_id), lambda job: job.state == "lost")
    pass_time(LEASE)
    job = reach(job_of(task_id), lambda job: job.finished)
    celery.start_worker()

    assert (job.state, job.error["reason"]) == ("failed", "lost")


def test_without_a_deployment_a_task_succeeds(celery: Installation) -> None:
    """It is worked on as if nobody followed it."""
    with celery.without_deployment():
        sent = celery.send("films.render", pages=2, owner="org-1")
        assert celery.ask("end", sent) == "SUCCESS"
