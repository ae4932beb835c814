"""The fixtures, in a pytest of somebody else's."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

CLEAN_STATE = """
import pytest
from jobsync import ConvexSync

@pytest.mark.parametrize("_", range(3))
def test_jobs(jobsync_sync, _):
    assert list(jobsync_sync.list_jobs()) == []
    with ConvexSync() as found:
        found.upsert_job({"id": "one", "status": "running"})
    assert jobsync_sync.fetch_job("one").state == "running"

def test_left_in_ruins(jobsync_deployment, jobsync_sync):
    jobsync_deployment.faults.refuse(503)
    jobsync_deployment.freeze()
    jobsync_deployment.kill()

def test_after_ruins(jobsync_sync):
    jobsync_sync.upsert_job({"id": "two", "status": "running"})
"""
UNUSED = """
import sys

def test_nothing():
    heavy = {"requests", "convex", "pydantic", "jobsync.testing", "jobsync.client"}
    assert "jobsync.pytest_plugin" in sys.modules
    assert not heavy & set(sys.modules)
"""
ENVIRONMENT_AFTERWARDS = """
import os

def test_with(jobsync_deployment):
    assert os.environ["CONVEX_URL"] == jobsync_deployment.url

def test_without():
    assert "CONVEX_URL" not in os.environ and "JOBSYNC_OUTBOX" not in os.environ
"""
ADDRESS = """
import pytest

@pytest.mark.parametrize("_", range(4))
def test_address(jobsync_deployment, worker_id, _):
    print(worker_id, "at", jobsync_deployment.url)
"""


@pytest.fixture
def run(tmp_path: Path):
    """Run tests in a folder of their own, and return the result."""

    def run(tests: str, *options: str, **environ: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "test_it.py").write_text(tests)
        words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
        ours = ("CONVEX_URL", "JOBSYNC_API_KEY", "JOBSYNC_OUTBOX")
        others = {name: value for name, value in os.environ.items() if name not in ours}
        env = {**others, **environ}
        return subprocess.run(
            words, cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )

    return run


def test_each_test_has_a_clean_deployment_whatever_the_last_one_did(run) -> None:
    """One process for all of them: emptied, healed and started again between them."""
    done = run(CLEAN_STATE)

    assert done.returncode == 0, done.stdout
    assert "5 passed" in done.stdout


def test_unused_it_imports_nothing(run) -> None:
    """It is loaded in every test run of whoever has jobsync: that costs them nothing."""
    assert run(UNUSED).returncode == 0


def test_the_environment_is_as_before_for_tests_without_it(run) -> None:
    """Only a test that asks for a deployment talks to it."""
    assert run(ENVIRONMENT_AFTERWARDS).returncode == 0


def test_in_parallel_each_process_has_its_own(run) -> None:
    """With pytest-xdist no two processes empty each other's deployment."""
    done = run(ADDRESS, "-n", "2", "-rP")

    found = re.findall(r"(gw\d) at (http\S+)", done.stdout)
    assert done.returncode == 0, done.stdout
    assert len({worker for worker, _ in found}) == 2
    assert len(set(found)) == 2


def test_it_can_be_turned_off(run) -> None:
    """By the name that pytest lists it by."""
    done = run(ADDRESS, "-p", "no:jobsync")

    assert "fixture 'jobsync_deployment' not found" in done.stdout


def test_without_node_it_says_what_to_install(run, tmp_path: Path) -> None:
    """One line, without a traceback through our files."""
    done = run(CLEAN_STATE, JOBSYNC_NODE=str(tmp_path / "nowhere"))

    assert "nowhere does not start" in done.stdout
    assert "pytest_plugin.py" not in done.stdout


def test_its_fixtures_are_listed_with_what_they_give(run) -> None:
    """`pytest --fixtures` is where people look first."""
    listed = run("", "--fixtures").stdout

    assert re.search(r"\njobsync_deployment .*\n    Return a deployment that is empty", listed)
    assert re.search(r"\njobsync_sync .*\n    Return a client", listed)
