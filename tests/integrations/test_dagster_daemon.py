"""Dagster's runs, launched as from its command line, and its daemon, which makes them jobs."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.integrations.programs import kill_all
from tests.integrations.tool_environments import ToolEnvironment, made, takes_minutes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jobsync import ConvexSync, Job
    from tests.conftest import Deployment

    Reach = Callable[[str, Callable[[Job], bool]], Job]

DEFINITIONS = "tests.integrations.dagster_definitions"
SETTINGS = """\
run_monitoring:
  enabled: true
  poll_interval_seconds: 1
"""
MARK_CANCELED = """\
import sys, dagster
instance = dagster.DagsterInstance.get()
instance.report_run_canceled(instance.get_run_by_id(sys.argv[1]))
"""
GUARD = 120


class Dagster:
    """A daemon, and runs that are launched beside it."""

    def __init__(self, tool: ToolEnvironment, variables: dict[str, str], sync: ConvexSync) -> None:
        self._tool = tool
        self._variables = variables
        self._sync = sync
        # Two programs that begin with no database at the same time spoil it.
        self._do("python", "-c", "import dagster; dagster.DagsterInstance.get().get_runs()")
        self._daemon = subprocess.Popen(
            [tool.command("dagster-daemon"), "run", "-m", DEFINITIONS],
            env=variables,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def launch(self, job: str) -> str:
        """Launch a run of a job; return its id."""
        self._do("dagster", "job", "launch", "-m", DEFINITIONS, "-j", job)
        began = time.monotonic()
        while not (found := next(iter(self._sync.list_jobs(type=job)), None)):
            assert time.monotonic() - began < GUARD, f"no sensor has told of {job}"
            time.sleep(0.5)
        return found.job_id.removeprefix("dagster:")

    def mark_canceled(self, run: str) -> None:
        """Do what Dagster's page does to a run that is terminated by force."""
        self._do("python", "-c", MARK_CANCELED, run)

    def _do(self, program: str, *words: str) -> None:
        command = [self._tool.command(program), *words]
        subprocess.run(command, env=self._variables, check=True, capture_output=True, timeout=GUARD)

    def end(self) -> None:
        kill_all(self._daemon)


@pytest.fixture(scope="module")
def dagster(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dagster]:
    takes_minutes("Dagster's daemon")
    tool, home = made("dagster"), tmp_path_factory.mktemp("dagster")
    (home / "dagster.yaml").write_text(SETTINGS)
    variables = tool.variables(
        deployment, home, DAGSTER_HOME=str(home), DAGSTER_DISABLE_TELEMETRY="yes"
    )
    with deployment.sync() as sync:
        daemon = Dagster(tool, variables, sync)
        yield daemon
        daemon.end()


def test_a_run_that_succeeds(dagster: Dagster, sync: ConvexSync, reach: Reach) -> None:
    """It is a job, its step is a part of it, and what was materialized is an event of that."""
    run = dagster.launch("book_job")
    job = reach(f"dagster:{run}", lambda job: job.finished)
    (step,) = sync.list_jobs(parent=job.job_id)

    assert (job.type, job.name, job.state, job.attempt) == ("book_job", "book_job", "succeeded", 1)
    assert job.run is not None
    assert (job.run.id, job.run.url) == (run, f"http://dagster.example/runs/{run}")
    assert (step.type, step.state) == ("book", "succeeded")
    assert [event.kind for event in sync.list_events(step.job_id)] == ["materialized"]


def test_a_run_that_fails(dagster: Dagster, reach: Reach) -> None:
    """It says which steps have failed; their own errors are those of their jobs."""
    run = dagster.launch("broken_job")
    job = reach(f"dagster:{run}", lambda job: job.finished)

    assert (job.state, job.attempt) == ("failed", 1)
    assert "Steps failed: ['broken']" in str(job.error)


def test_a_run_that_is_killed(dagster: Dagster, reach: Reach) -> None:
    """The daemon finds out that its process is gone, and its step loses its lease."""
    run = dagster.launch("stuck_job")
    step = reach(f"dagster:{run}:stuck", lambda job: job.stage == "stuck")
    process = int(step.message or 0)
    os.kill(parent_of(process), signal.SIGKILL)
    os.kill(process, signal.SIGKILL)
    job = reach(f"dagster:{run}", lambda job: job.finished)
    step = reach(step.job_id, lambda job: job.finished)

    assert job.state == "failed"
    assert (step.state, step.error["reason"]) == ("failed", "lost")


def test_a_run_that_is_canceled(dagster: Dagster, reach: Reach) -> None:
    """Its job is, too."""
    run = dagster.launch("held_job")
    reach(f"dagster:{run}:held", lambda job: job.stage == "stuck")
    dagster.mark_canceled(run)
    job = reach(f"dagster:{run}", lambda job: job.finished)

    assert (job.state, job.cancel_reason) == ("canceled", "the run was terminated")


def parent_of(process: int) -> int:
    """Return the process that has started another one: here that of the run."""
    found = subprocess.run(
        ["ps", "-o", "ppid=", "-p", str(process)], check=True, capture_output=True, text=True
    )
    return int(found.stdout)
