"""Dagster: runs in a process, and what becomes of the jobs of their steps."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.pipelines import LEASE
from tests.integrations.programs import Program
from tests.integrations.tool_environments import made
from tests.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from jobsync import ConvexSync, Job
    from tests.conftest import Deployment, PassTime

    Reach = Callable[[str, Callable[[Job], bool]], Job]
    Start = Callable[..., Program]

STEPS = "tests.integrations.dagster_steps"


@pytest.fixture(scope="module")
def start(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Return what starts a program that runs steps."""
    tool = made("dagster")
    home: Path = tmp_path_factory.mktemp("dagster")
    variables = tool.variables(
        deployment, home, DAGSTER_HOME=str(home), DAGSTER_DISABLE_TELEMETRY="yes"
    )
    programs: list[Program] = []

    def start(*words: str, **more: str) -> Program:
        programs.append(Program(tool, {**variables, **more}, STEPS, *words))
        return programs[-1]

    yield start
    for program in programs:
        program.kill()


@pytest.fixture(scope="module")
def ended(start: Start) -> dict[str, Any]:
    """Run one step after the other, each to its end; return what became of their runs."""
    names = ("book", "broken", "flaky", "plain")
    program = start(*names)
    return {name: program.hear("end") for name in names}


def job_of(sync: ConvexSync, run: str, step: str) -> Job:
    job = sync.fetch_job(f"dagster:{run}:{step}")
    assert job is not None
    return job


def test_an_asset_that_is_materialized(ended: dict[str, Any], sync: ConvexSync) -> None:
    """Each knows the other: the materialisation its job, the job what was said of the asset."""
    run = ended["book"]["run"]
    job = job_of(sync, run, "book")
    (event,) = sync.list_events(job.job_id)

    assert ended["book"] == {"run": run, "success": True, "metadata": job.job_id}
    assert (job.type, job.state, job.attempt, job.result) == ("book", "succeeded", 1, {"pages": 7})
    assert (job.owner, job.tags, job.stage) == ("org-1", ("nightly",), "drawing")
    assert job.run is not None
    assert (job.run.system, job.run.id) == ("dagster", f"{run}:book")
    assert job.run.url == f"http://dagster.example/runs/{run}"
    assert event.kind == "materialized"
    assert (event.payload["pages"], event.payload["path"]) == (7, "/books/1")


def test_a_step_that_fails(ended: dict[str, Any], sync: ConvexSync) -> None:
    """Its error is the job's, with the traceback for those who run it."""
    job = job_of(sync, ended["broken"]["run"], "broken")

    assert not ended["broken"]["success"]
    assert (job.state, job.attempt) == ("failed", 1)
    assert (job.error["message"], job.error["type"]) == ("no ink", "ValueError")
    assert "raise ValueError" in (job.error_traceback or "")


def test_a_step_that_is_retried(ended: dict[str, Any], sync: ConvexSync) -> None:
    """By its policy or because it asked for it: each try is an attempt of the same job."""
    job = job_of(sync, ended["flaky"]["run"], "flaky")

    assert ended["flaky"]["success"]
    assert (job.state, job.attempt, job.error) == ("succeeded", 3, None)


def test_a_step_that_knows_nothing_of_jobs(ended: dict[str, Any], sync: ConvexSync) -> None:
    """The hooks give it one, once it has ended."""
    assert job_of(sync, ended["plain"]["run"], "plain").state == "succeeded"


def test_a_job_that_is_canceled(start: Start, sync: ConvexSync, reach: Reach) -> None:
    """The step stops where it tells of its progress, and fails in Dagster."""
    program = start("obedient")
    job_id = f"dagster:{program.hear('run')}:obedient"
    reach(job_id, lambda job: job.stage == "working")
    sync.cancel_job(job_id, "too slow")
    job = reach(job_id, lambda job: job.finished)

    assert (job.state, job.cancel_reason) == ("canceled", "too slow")
    assert not program.hear("end")["success"]


def test_a_run_that_is_terminated(start: Start, reach: Reach) -> None:
    """Dagster interrupts it; the job is canceled."""
    program = start("stuck")
    job = reach(f"dagster:{program.hear('run')}:stuck", lambda job: job.stage == "stuck")
    os.kill(int(job.message or 0), signal.SIGTERM)
    job = reach(job.job_id, lambda job: job.finished)

    assert (job.state, job.cancel_reason) == ("canceled", "the run was terminated")


def test_a_step_that_is_killed(start: Start, reach: Reach, pass_time: PassTime) -> None:
    """Nobody is left to tell: the lease runs out, and the job has failed for that reason."""
    program = start("stuck")
    job = reach(f"dagster:{program.hear('run')}:stuck", lambda job: job.stage == "stuck")
    program.kill()
    pass_time(LEASE)
    reach(job.job_id, lambda job: job.state == "lost")
    pass_time(LEASE)
    job = reach(job.job_id, lambda job: job.finished)

    assert (job.state, job.error["reason"]) == ("failed", "lost")


def test_without_a_deployment_a_step_succeeds(start: Start) -> None:
    """It is worked on as if nobody followed it."""
    program = start("book", CONVEX_URL=f"http://127.0.0.1:{free_port()}")

    assert program.hear("end")["success"]
