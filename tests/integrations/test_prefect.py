"""Prefect: a real server, and what becomes of the jobs of its flow runs and task runs."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from tests.contract.pipelines import LEASE
from tests.integrations.programs import Program, kill_all
from tests.integrations.tool_environments import ToolEnvironment, made
from tests.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from jobsync import ConvexSync, Job
    from tests.conftest import Deployment, PassTime

    Reach = Callable[[str, Callable[[Job], bool]], Job]

FLOWS = "tests.integrations.prefect_flows"
PAUSE = 0.2
"""Seconds between two questions: more of them would keep the server from starting."""


class Installation:
    """A Prefect server, and programs that are started for it."""

    def __init__(self, tool: ToolEnvironment, deployment: Deployment, folder: Path) -> None:
        port = free_port()
        self._tool = tool
        self.ui = f"http://127.0.0.1:{port}"
        self._variables = tool.variables(
            deployment,
            folder,
            PREFECT_HOME=str(folder),
            PREFECT_API_URL=f"{self.ui}/api",
            PREFECT_UI_URL=self.ui,
            PREFECT_SERVER_ANALYTICS_ENABLED="false",
            PREFECT_RUNNER_POLL_FREQUENCY="1",
            PREFECT_LOGGING_LEVEL="WARNING",
            DO_NOT_TRACK="1",
        )
        self.programs: list[Program] = []
        self._server = subprocess.Popen(
            [tool.command("prefect"), "server", "start", "--port", str(port), "--no-services"],
            env=self._variables,
            start_new_session=True,
        )

    def start(self, *words: str, **variables: str) -> Program:
        program = Program(self._tool, {**self._variables, **variables}, FLOWS, *words)
        self.programs.append(program)
        return program

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Call the API of the server."""
        # Its database is busy now and then; Prefect's own client asks again, too.
        again = Retry(total=8, backoff_factor=0.1, status_forcelist=[503], allowed_methods=None)
        with requests.Session() as session:
            session.mount("http://", HTTPAdapter(max_retries=again))
            answer = session.post(f"{self.ui}/api/{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def wait(self) -> None:
        """Return when the server answers."""
        while not self._answers():
            assert self._server.poll() is None, "the server of Prefect has ended"
            time.sleep(PAUSE)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.ui}/api/health", timeout=30).ok
        except requests.ConnectionError:
            return False

    def end(self) -> None:
        for program in self.programs:
            program.kill()
        kill_all(self._server)


@pytest.fixture(scope="module")
def prefect(
    deployment: Deployment, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    installation = Installation(made("prefect"), deployment, tmp_path_factory.mktemp("prefect"))
    installation.wait()
    yield installation
    installation.end()


@pytest.fixture(scope="module")
def ended(prefect: Installation) -> dict[str, Any]:
    """Run one flow after the other, each to its end; return what became of them."""
    names = ("render", "broken", "flaky", "in_a_loop", "breaking")
    program = prefect.start(*names)
    return {name: program.hear("end") for name in names}


def jobs_of(end: dict[str, Any], state: str) -> list[str]:
    """Return the jobs of a flow that has ended, in this state."""
    assert end["state"] == state
    return list(end["jobs"])


def test_a_flow_that_succeeds(
    ended: dict[str, Any], prefect: Installation, sync: ConvexSync
) -> None:
    """Its job and that of its task are there, the second a part of the first."""
    (job_id,) = jobs_of(ended["render"], "COMPLETED")
    job = sync.fetch_job(job_id)
    (part,) = sync.list_jobs(parent=job_id)
    task = sync.fetch_job(part.job_id)

    assert job is not None
    assert task is not None
    assert (job.type, job.state, job.attempt, job.result) == ("render", "succeeded", 1, {"page": 7})
    assert (job.owner, job.tags) == ("org-1", ("nightly",))
    assert job.run is not None
    assert (job.run.system, f"prefect:{job.run.id}") == ("prefect", job_id)
    assert job.run.url == f"{prefect.ui}/runs/flow-run/{job.run.id}"
    assert (task.type, task.state, task.stage) == ("draw", "succeeded", "drawing")
    assert task.run is not None
    assert task.run.url == f"{prefect.ui}/runs/task-run/{task.run.id}"


def test_a_flow_that_fails(ended: dict[str, Any], sync: ConvexSync) -> None:
    """Its error is the job's, with the traceback for those who run it."""
    (job_id,) = jobs_of(ended["broken"], "FAILED")
    job = sync.fetch_job(job_id)

    assert job is not None
    assert (job.state, job.attempt) == ("failed", 1)
    assert (job.error["message"], job.error["type"]) == ("no ink", "ValueError")
    assert "raise ValueError" in (job.error_traceback or "")


def test_flows_and_tasks_that_are_retried(ended: dict[str, Any], sync: ConvexSync) -> None:
    """Each try is an attempt of the same job."""
    first, second, third = jobs_of(ended["flaky"], "COMPLETED")
    task, flow = sync.fetch_job(first), sync.fetch_job(third)

    assert first == second
    assert task is not None
    assert flow is not None
    assert (task.state, task.attempt, task.error) == ("succeeded", 2, None)
    assert (flow.state, flow.attempt, flow.error) == ("succeeded", 2, None)


def test_a_flow_in_an_event_loop(ended: dict[str, Any], sync: ConvexSync) -> None:
    """It is a job as any other."""
    (job_id,) = jobs_of(ended["in_a_loop"], "COMPLETED")
    job = sync.fetch_job(job_id)

    assert job is not None
    assert job.state == "succeeded"


def test_a_task_that_fails(ended: dict[str, Any], sync: ConvexSync) -> None:
    """Its error is its job's, and that of the flow that it fails with it."""
    (job_id,) = jobs_of(ended["breaking"], "FAILED")
    task = sync.fetch_job(job_id)
    assert task is not None
    flow = sync.fetch_job(task.parent or "")

    assert flow is not None
    assert [(job.type, job.state, job.attempt) for job in (task, flow)] == [
        ("broken-task", "failed", 1),
        ("breaking", "failed", 1),
    ]
    assert task.error["message"] == flow.error["message"] == "no ink"


@pytest.mark.usefixtures("at_leisure")
def test_a_task_whose_job_is_canceled(
    prefect: Installation, sync: ConvexSync, reach: Reach
) -> None:
    """It stops where it tells of its progress, and is not tried again."""
    program = prefect.start("obeying")
    job_id = program.hear("job_id")
    sync.cancel_job(job_id, "too slow")
    job = reach(job_id, lambda job: job.finished)

    assert (job.state, job.attempt, job.cancel_reason) == ("canceled", 1, "too slow")
    program.hear("end")


@pytest.mark.usefixtures("at_leisure")
def test_a_job_that_is_canceled(prefect: Installation, sync: ConvexSync, reach: Reach) -> None:
    """The flow stops where it tells of its progress, and is canceled in Prefect."""
    program = prefect.start("obedient")
    job_id = program.hear("job_id")
    sync.cancel_job(job_id, "too slow")
    job = reach(job_id, lambda job: job.finished)

    assert (job.state, job.cancel_reason) == ("canceled", "too slow")
    assert program.hear("end")["state"] == "CANCELLED"


def test_a_flow_that_is_killed(prefect: Installation, reach: Reach, pass_time: PassTime) -> None:
    """Nobody watches over it: the lease runs out, and the job has failed for that reason."""
    program = prefect.start("stuck")
    job_id = program.hear("job_id")
    program.kill()
    pass_time(LEASE)
    reach(job_id, lambda job: job.state == "lost")
    pass_time(LEASE)
    job = reach(job_id, lambda job: job.finished)

    assert (job.state, job.attempt, job.error["reason"]) == ("failed", 1, "lost")


@pytest.mark.usefixtures("at_leisure")
def test_a_task_that_is_killed(prefect: Installation, reach: Reach) -> None:
    """Its flow dies with it: both are found to be lost, and have failed for that reason."""
    program = prefect.start("holding")
    flow, task = program.hear("job_id"), program.hear("job_id")
    program.kill()
    jobs = [reach(job_id, lambda job: job.finished) for job_id in (task, flow)]

    assert [(job.state, job.attempt, job.error["reason"]) for job in jobs] == [
        ("failed", 1, "lost"),
        ("failed", 1, "lost"),
    ]


@pytest.mark.usefixtures("at_leisure")
def test_without_a_deployment_a_flow_succeeds(prefect: Installation) -> None:
    """It is worked on as if nobody followed it."""
    program = prefect.start("render", CONVEX_URL=f"http://127.0.0.1:{free_port()}")

    assert program.hear("end")["state"] == "COMPLETED"


class Served:
    """A deployment of a flow, whose runs are processes that another one watches over."""

    def __init__(self, prefect: Installation) -> None:
        self._prefect = prefect
        prefect.start("serve")

    def run(self, reach: Reach) -> tuple[str, Job]:
        """Start a run; return its id and its job, which is stuck."""
        while not (found := self._prefect.post("deployments/filter", {})):
            time.sleep(PAUSE)
        run = self._prefect.post(f"deployments/{found[0]['id']}/create_flow_run", {})["id"]
        return run, reach(f"prefect:{run}", lambda job: job.stage == "stuck")


@pytest.fixture(scope="module")
def served(prefect: Installation) -> Served:
    return Served(prefect)


@pytest.mark.usefixtures("at_leisure")
def test_a_watched_flow_that_is_killed(served: Served, reach: Reach) -> None:
    """Prefect sees it, and the job fails with what Prefect says of it."""
    _, job = served.run(reach)
    os.kill(int(job.message or 0), signal.SIGKILL)
    job = reach(job.job_id, lambda job: job.finished)

    assert (job.state, job.error["type"]) == ("failed", "Prefect Crashed")


@pytest.mark.usefixtures("at_leisure")
def test_a_flow_that_is_canceled(prefect: Installation, served: Served, reach: Reach) -> None:
    """Prefect ends its process; the job is canceled."""
    run, job = served.run(reach)
    prefect.post(f"flow_runs/{run}/set_state", {"state": {"type": "CANCELLING"}})
    job = reach(job.job_id, lambda job: job.finished)

    assert job.state == "canceled"
