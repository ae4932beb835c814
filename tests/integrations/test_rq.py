"""RQ: a real worker, a real Redis, and what becomes of the jobs."""

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


class Installation:
    """A worker, and a console beside it."""

    def __init__(self, tool: ToolEnvironment, variables: dict[str, str]) -> None:
        self._tool = tool
        self._variables = variables
        self._console = Console(tool, variables, "tests.integrations.rq_console")
        self.ask = self._console.ask
        self.start_worker()

    def start_worker(self, **variables: str) -> None:
        environment = {**self._variables, **variables}
        self.worker = Program(self._tool, environment, "tests.integrations.rq_tasks")

    @contextmanager
    def without_deployment(self) -> Iterator[None]:
        """Have a worker that finds no deployment, for a while."""
        self.worker.kill()
        self.start_worker(CONVEX_URL=f"http://127.0.0.1:{free_port()}")
        yield
        self.worker.kill()
        self.start_worker()

    def send(self, task: str, retries: int = 0, **params: Any) -> str:
        """Enqueue a job; return the id of ours."""
        return f"rq:{self.ask('send', task, params, retries)}"

    def end(self) -> None:
        self.worker.kill()
        self._console.kill()


@pytest.fixture(scope="module")
def rq(
    deployment: Deployment, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    tool, home = made("rq"), tmp_path_factory.mktemp("rq")
    installation = Installation(tool, tool.variables(deployment, home, TEST_BROKER=redis_url))
    yield installation
    installation.end()


def test_a_job_that_succeeds(rq: Installation, reach: Reach) -> None:
    """It says whose it is and what it is doing."""
    job_id = rq.send("draw", pages=4, owner="org-1")
    job = reach(job_id, lambda job: job.finished)

    assert (job.state, job.attempt, job.result) == ("succeeded", 1, {"pages": 4})
    assert (job.type, job.name) == ("tests.integrations.rq_tasks.draw", "draw")
    assert (job.owner, job.tags, job.progress) == ("org-1", ("nightly",), 100)
    assert job.run is not None
    assert (job.run.system, f"rq:{job.run.id}") == ("rq", job_id)


def test_a_job_that_fails(rq: Installation, reach: Reach) -> None:
    """With its error, and the traceback for those who run it."""
    job = reach(rq.send("broken"), lambda job: job.finished)

    assert (job.state, job.attempt) == ("failed", 1)
    assert (job.error["message"], job.error["type"]) == ("no ink", "ValueError")
    assert "raise ValueError" in (job.error_traceback or "")


def test_a_job_that_is_retried(rq: Installation, reach: Reach) -> None:
    """Each try is an attempt."""
    job = reach(rq.send("flaky", retries=3), lambda job: job.finished)

    assert (job.state, job.attempt, job.max_attempts, job.error) == ("succeeded", 3, 4, None)


def test_a_job_that_is_stopped(rq: Installation, reach: Reach) -> None:
    """RQ kills its process; the job is canceled."""
    job_id = rq.send("stuck")
    reach(job_id, lambda job: job.stage == "stuck")
    rq.ask("stop", job_id[3:])
    job = reach(job_id, lambda job: job.finished)

    assert (job.state, job.cancel_reason) == ("canceled", "stopped")


def test_a_job_that_is_canceled(rq: Installation, sync: ConvexSync, reach: Reach) -> None:
    """It stops where it tells of its progress, and RQ does not try again."""
    job_id = rq.send("obedient", retries=3)
    reach(job_id, lambda job: job.stage == "working")
    sync.cancel_job(job_id, "too slow")
    job = reach(job_id, lambda job: job.finished)
    # The worker has only one pair of hands: this waits until it is done with the other.
    reach(rq.send("draw", pages=1, owner="org-1"), lambda job: job.finished)

    assert (job.state, job.cancel_reason) == ("canceled", "too slow")
    assert reach(job_id, lambda job: job.finished).attempt == 1


def test_a_job_that_is_canceled_before_it_begins(
    rq: Installation, sync: ConvexSync, reach: Reach
) -> None:
    """The worker does not run it, and RQ does not try it again."""
    ahead = rq.send("stuck")
    reach(ahead, lambda job: job.stage == "stuck")
    job_id = rq.send("obedient", retries=3)
    sync.create_job("obedient", job_id=job_id)
    sync.cancel_job(job_id, "changed my mind")
    rq.ask("stop", ahead[3:])

    assert rq.ask("end", job_id[3:]) == "failed"
    job = reach(job_id, lambda job: job.finished)
    assert (job.state, job.attempt, job.started_at) == ("canceled", 1, None)


def test_a_job_whose_process_is_killed(rq: Installation, reach: Reach) -> None:
    """The worker sees it, and the job fails with what RQ says of it."""
    job = reach(rq.send("stuck"), lambda job: job.stage == "stuck")
    os.kill(int(job.message or 0), signal.SIGKILL)
    job = reach(job.job_id, lambda job: job.finished)

    assert (job.state, job.attempt) == ("failed", 1)
    assert "signal 9" in str(job.error)


def test_a_killed_job_that_rq_runs_again(rq: Installation, reach: Reach) -> None:
    """It goes on as the next attempt of the same job."""
    job = reach(rq.send("stuck_once", retries=1), lambda job: job.stage == "stuck")
    os.kill(int(job.message or 0), signal.SIGKILL)
    job = reach(job.job_id, lambda job: job.finished)

    assert (job.state, job.attempt, job.result) == ("succeeded", 2, {"attempt": 2})


def test_a_worker_that_is_killed(rq: Installation, reach: Reach, pass_time: PassTime) -> None:
    """Nobody is left to tell: the lease runs out, and the job has failed for that reason."""
    job = reach(rq.send("stuck"), lambda job: job.stage == "stuck")
    rq.worker.kill()
    os.kill(int(job.message or 0), signal.SIGKILL)
    rq.start_worker()
    pass_time(LEASE)
    reach(job.job_id, lambda job: job.state == "lost")
    pass_time(LEASE)
    job = reach(job.job_id, lambda job: job.finished)

    assert (job.state, job.error["reason"]) == ("failed", "lost")


def test_without_a_deployment_a_job_succeeds(rq: Installation) -> None:
    """It is worked on as if nobody followed it."""
    with rq.without_deployment():
        assert rq.ask("end", rq.send("draw", pages=2, owner="org-1")[3:]) == "finished"
