"""Airflow as its tutorial starts it, and what becomes of the jobs of the tasks.

`airflow standalone` has its scheduler, its local executor, its API server and its database.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.integrations.airflow_installation import installed
from tests.integrations.programs import kill_all
from tests.integrations.tool_environments import takes_minutes
from tests.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jobsync import ConvexSync, Job
    from tests.conftest import Deployment

    Reach = Callable[[str, Callable[[Job], bool]], Job]

READY_WITHIN = 300
DONE_WITHIN = 120
"""Seconds. A busy machine takes minutes for what a quiet one does at once."""

DAGS = {"draw", "broken", "flaky", "obedient", "stuck", "stuck_once", "callbacks-obedient"}


class Standalone:
    """An Airflow, and what a person does with it by its API."""

    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self._process = process
        self.url = url
        self._session = requests.Session()

    def is_ready(self) -> bool:
        assert self._process.poll() is None, "airflow standalone has ended"
        try:
            token = self._session.get(f"{self.url}/auth/token", timeout=30).json()
        except requests.ConnectionError:
            return False
        self._session.headers["Authorization"] = f"Bearer {token['access_token']}"
        known = {dag["dag_id"] for dag in self.call("GET", "dags")["dags"]}
        health = self.call("GET", "monitor/health")
        return health["scheduler"]["status"] == "healthy" and known >= {f"books-{d}" for d in DAGS}

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self._session.request(method, f"{self.url}/api/v2/{path}", json=body, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def trigger(self, dag: str) -> Run:
        """Start a run of a DAG that has one task."""
        named = {"dag_run_id": uuid.uuid4().hex, "logical_date": None}
        body = {**named, "conf": {"owner": "org-1"}}
        run = self.call("POST", f"dags/books-{dag}/dagRuns", body)
        return Run(self, f"books-{dag}", run["dag_run_id"], dag.rpartition("-")[2])


class Run:
    """The run of a DAG with one task."""

    def __init__(self, airflow: Standalone, dag: str, id_: str, task: str) -> None:
        self._airflow = airflow
        self._path = f"dags/{dag}/dagRuns/{id_}/taskInstances/{task}"
        self.page = f"{airflow.url}/dags/{dag}/runs/{id_}"
        self.task = task
        self.job_id = f"airflow:{dag}/{id_}/{task}"

    def end(self) -> tuple[str, int]:
        """Wait for the end of the task; return its state, and how often it was tried."""
        began = time.monotonic()
        while (found := self._airflow.call("GET", self._path))["state"] not in {
            "success",
            "failed",
        }:
            assert time.monotonic() - began < DONE_WITHIN, f"{self._path} is {found['state']}"
            time.sleep(0.5)
        return found["state"], found["try_number"]

    def set_state(self, state: str) -> None:
        self._airflow.call("PATCH", self._path, {"new_state": state})


@pytest.fixture(scope="module")
def airflow(
    deployment: Deployment, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Standalone]:
    takes_minutes("airflow standalone")
    home, port = tmp_path_factory.mktemp("airflow"), free_port()
    url = f"http://127.0.0.1:{port}"
    tool, variables = installed(
        deployment,
        home,
        AIRFLOW__API__BASE_URL=url,
        AIRFLOW__API__HOST="127.0.0.1",
        AIRFLOW__API__PORT=str(port),
        AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION="False",
        AIRFLOW__CORE__PARALLELISM="4",
        AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS="True",
        AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT=str(free_port()),
        AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT=str(free_port()),
        AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME="0.1",
    )
    process = subprocess.Popen(
        [tool.command("airflow"), "standalone"],
        env=variables,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    standalone, began = Standalone(process, url), time.monotonic()
    try:
        while not standalone.is_ready():
            assert time.monotonic() - began < READY_WITHIN, "airflow standalone is not ready"
            time.sleep(1)
        yield standalone
    finally:
        kill_all(process)


@pytest.fixture(scope="module")
def runs(airflow: Standalone) -> dict[str, Run]:
    """Return runs that end by themselves, started together."""
    return {dag: airflow.trigger(dag) for dag in ("draw", "broken", "flaky")}


def test_a_task_that_succeeds(runs: dict[str, Run], reach: Reach) -> None:
    """It links to the try in Airflow, and says whose it is."""
    run = runs["draw"]
    assert run.end() == ("success", 1)
    job = reach(run.job_id, lambda job: job.finished)

    assert (job.state, job.attempt, job.result) == ("succeeded", 1, {"pages": 7})
    assert (job.owner, job.tags) == ("org-1", ("nightly",))
    assert job.run is not None
    assert job.run.url == f"{run.page}/tasks/draw?try_number=1"


def test_a_task_that_fails(runs: dict[str, Run], reach: Reach) -> None:
    """Its error is the job's, with the traceback for those who run it."""
    assert runs["broken"].end() == ("failed", 1)
    job = reach(runs["broken"].job_id, lambda job: job.finished)

    assert (job.state, job.attempt, job.error["message"]) == ("failed", 1, "no ink")
    assert "raise ValueError" in (job.error_traceback or "")


def test_a_task_that_is_retried(runs: dict[str, Run], reach: Reach) -> None:
    """Each try, a process of its own, is an attempt; the link is that of the last."""
    run = runs["flaky"]
    assert run.end() == ("success", 3)
    job = reach(run.job_id, lambda job: job.finished)

    assert (job.state, job.attempt, job.max_attempts, job.error) == ("succeeded", 3, 3, None)
    assert job.run is not None
    assert job.run.url == f"{run.page}/tasks/flaky?try_number=3"


def test_a_job_that_is_canceled(airflow: Standalone, sync: ConvexSync, reach: Reach) -> None:
    """The task stops; what Airflow tries again does not begin, and is not tried a third time."""
    run = airflow.trigger("callbacks-obedient")
    reach(run.job_id, lambda job: job.stage == "working")
    sync.cancel_job(run.job_id, "too slow")

    assert run.end() == ("failed", 2)
    job = reach(run.job_id, lambda job: job.finished)
    assert (job.state, job.attempt, job.cancel_reason) == ("canceled", 1, "too slow")


def test_a_task_that_a_person_ends(airflow: Standalone, reach: Reach) -> None:
    """Airflow's word for it is failed; its API server, which has the plugin, tells."""
    run = airflow.trigger("stuck")
    reach(run.job_id, lambda job: job.stage == "stuck")
    run.set_state("failed")
    job = reach(run.job_id, lambda job: job.finished)

    assert job.state == "failed"
    assert "manually set to `failed`" in str(job.error)


def test_a_task_that_is_killed(airflow: Standalone, reach: Reach) -> None:
    """Airflow sees it and calls nobody: the lease runs out, and the job has failed for that."""
    run = airflow.trigger("stuck")
    job = reach(run.job_id, lambda job: job.stage == "stuck")
    os.kill(int(job.message or 0), signal.SIGKILL)

    assert run.end() == ("failed", 1)
    job = reach(run.job_id, lambda job: job.finished)
    assert (job.state, job.attempt, job.error["reason"]) == ("failed", 1, "lost")


def test_a_killed_task_that_airflow_runs_again(airflow: Standalone, reach: Reach) -> None:
    """Its next try goes on as the next attempt of the same job."""
    run = airflow.trigger("stuck_once")
    job = reach(run.job_id, lambda job: job.stage == "stuck")
    os.kill(int(job.message or 0), signal.SIGKILL)

    assert run.end() == ("success", 2)
    job = reach(run.job_id, lambda job: job.finished)
    assert (job.state, job.attempt, job.result) == ("succeeded", 2, {"attempt": 2})
