"""Airflow: DAGs run on a database of their own, and what becomes of the jobs of their tasks.

They run as `airflow dags test` runs them: by Airflow's own task runner and execution API, in one
process. `test_airflow_standalone.py` has the scheduler.
"""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.pipelines import LEASE
from tests.integrations.airflow_installation import installed
from tests.integrations.programs import Program
from tests.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jobsync import ConvexSync, Job
    from tests.conftest import Deployment, PassTime

    Reach = Callable[[str, Callable[[Job], bool]], Job]
    Start = Callable[..., Program]

CONSOLE = "tests.integrations.airflow_console"
BEGUN_WITHIN = 120
PAUSE = 0.2


@pytest.fixture(scope="module")
def start(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Return what starts a program that runs DAGs."""
    tool, variables = installed(deployment, tmp_path_factory.mktemp("airflow"))
    programs: list[Program] = []

    def start(*words: str, **more: str) -> Program:
        programs.append(Program(tool, {**variables, **more}, CONSOLE, *words))
        return programs[-1]

    yield start
    for program in programs:
        program.kill()


@pytest.fixture(scope="module")
def ended(start: Start) -> dict[str, Any]:
    """Run one DAG after the other, each to its end; return what became of their runs."""
    dags = [f"books-{name}" for name in ("draw", "broken", "flaky", "callbacks-flaky")]
    program = start(*(f"{dag}@2026-01-01" for dag in dags))
    return {dag: program.hear("end") for dag in dags}


def only(sync: ConvexSync, type_: str, run: str) -> Job:
    """Return the job of a task in a run."""
    dag, _, task = type_.partition(".")
    job = sync.fetch_job(f"airflow:{dag}/{run}/{task}")
    assert job is not None
    return job


def test_a_task_that_succeeds(ended: dict[str, Any], sync: ConvexSync) -> None:
    """Its links lead to the try and to the run of the DAG; the run's conf knows the owner."""
    run = ended["books-draw"]["run"]
    job = only(sync, "books-draw.draw", run)

    assert ended["books-draw"]["state"] == "success"
    assert (job.type, job.name, job.state) == ("books-draw.draw", "draw", "succeeded")
    assert (job.attempt, job.result, job.stage) == (1, {"pages": 7}, "drawing")
    assert (job.owner, job.tags) == ("org-1", ("nightly",))
    assert job.run is not None
    assert (job.run.system, job.run.id) == ("airflow", f"books-draw/{run}/draw")
    assert job["dag_run_url"].startswith("http://airflow.example/dags/books-draw/runs/manual__")
    assert job.run.url == f"{job['dag_run_url']}/tasks/draw?try_number=1"


def test_a_task_that_fails(ended: dict[str, Any], sync: ConvexSync) -> None:
    """Its error is the job's, with the traceback for those who run it."""
    job = only(sync, "books-broken.broken", ended["books-broken"]["run"])

    assert ended["books-broken"]["state"] == "failed"
    assert (job.state, job.attempt) == ("failed", 1)
    assert (job.error["message"], job.error["type"]) == ("no ink", "ValueError")
    assert "raise ValueError" in (job.error_traceback or "")


@pytest.mark.parametrize("dag", ["books-flaky", "books-callbacks-flaky"])
def test_a_task_that_is_retried(ended: dict[str, Any], sync: ConvexSync, dag: str) -> None:
    """By the plugin and, again in vain, by callbacks: each try is an attempt of the same job."""
    job = only(sync, f"{dag}.flaky", ended[dag]["run"])

    assert ended[dag]["state"] == "success"
    assert (job.state, job.attempt, job.max_attempts, job.error) == ("succeeded", 3, 3, None)


def stuck_at(sync: ConvexSync, reach: Reach, type_: str, stage: str) -> Job:
    """Wait for the newest job of a type to reach a stage."""
    began = time.monotonic()
    while not (found := next(iter(sync.list_jobs(type=type_, state="running")), None)):
        assert time.monotonic() - began < BEGUN_WITHIN, f"nobody has begun {type_}"
        time.sleep(PAUSE)
    return reach(found.job_id, lambda job: job.stage == stage)


@pytest.mark.usefixtures("at_leisure")
def test_a_job_that_is_canceled(start: Start, sync: ConvexSync, reach: Reach) -> None:
    """The task stops where it tells of its progress; what Airflow tries again does not begin."""
    program = start("books-obedient@2026-01-01")
    job = stuck_at(sync, reach, "books-obedient.obedient", "working")
    sync.cancel_job(job.job_id, "too slow")
    job = reach(job.job_id, lambda job: job.finished)
    program.kill()

    assert (job.state, job.cancel_reason) == ("canceled", "too slow")


def test_a_task_that_is_killed(
    start: Start, sync: ConvexSync, reach: Reach, pass_time: PassTime
) -> None:
    """Nobody is left to tell: the lease runs out, and the job has failed for that reason."""
    start("books-stuck@2026-01-01")
    job = stuck_at(sync, reach, "books-stuck.stuck", "stuck")
    os.kill(int(job.message or 0), signal.SIGKILL)
    pass_time(LEASE)
    reach(job.job_id, lambda job: job.state == "lost")
    pass_time(LEASE)
    job = reach(job.job_id, lambda job: job.finished)

    assert (job.state, job.attempt, job.error["reason"]) == ("failed", 1, "lost")


@pytest.mark.usefixtures("at_leisure")
def test_without_a_deployment_a_task_succeeds(start: Start) -> None:
    """It is worked on as if nobody followed it."""
    program = start("books-draw@2026-01-02", CONVEX_URL=f"http://127.0.0.1:{free_port()}")

    assert program.hear("end")["state"] == "success"
