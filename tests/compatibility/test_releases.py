"""A deployment and its clients are not upgraded at the same moment: the last release and this."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

from tests.compatibility.conftest import RELEASED, Version
from tests.servers import ScriptedServer, success

if TYPE_CHECKING:
    from pathlib import Path

    from jobsync import ConvexSync
    from jobsync.testing import LocalDeployment
    from tests.compatibility.conftest import RunDev
    from tests.conftest import Deployment

DONE = {
    "state": "succeeded",
    "watched": "succeeded",
    "attempt": 1,
    "result": {"pages": 3},
    "files": ["out.txt"],
    "events": [{"n": n} for n in range(3)],
    "listed": True,
    "succeeded": 1,
    "shared": True,
}
OUTCOMES = {"work": DONE, "retry": {**DONE, "attempt": 2, "events": []}}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file that a job makes."""
    file = tmp_path / "out.txt"
    file.write_text("made")
    return file


@pytest.mark.parametrize("task", OUTCOMES)
def test_a_client_of_the_last_release_works_on_this_deployment(
    deployment: Deployment, released: Version, file: Path, job_id: str, task: str
) -> None:
    """Who deploys new functions need not upgrade all pipelines at once."""
    environ = {"CONVEX_URL": deployment.url, "JOBSYNC_API_KEY": deployment.api_key}

    assert released.tell(task, job_id, file, **environ) == {"version": RELEASED, **OUTCOMES[task]}


@pytest.mark.parametrize("task", OUTCOMES)
def test_this_client_works_on_a_deployment_of_the_last_release(
    dev: RunDev, released: Version, current: Version, file: Path, job_id: str, task: str
) -> None:
    """Who upgrades a pipeline need not deploy at once."""
    with dev(released) as deployment:
        said = current.tell(task, job_id, file, **deployment.environ)

    assert said == {"version": version("jobsync"), **OUTCOMES[task]}


def test_what_the_last_release_could_not_send_is_sent_by_this_one(
    own: LocalDeployment, released: Version, file: Path, job_id: str
) -> None:
    """Its outbox becomes one of this version, with all that waits in it."""
    environ = {"CONVEX_URL": own.url, "JOBSYNC_API_KEY": own.api_key}
    own.kill()
    released.tell("leave", job_id, file, **environ)
    own.start()

    with own.sync() as sync:
        assert sync.flush(60)
        assert [event.payload for event in steps(sync, job_id)] == DONE["events"]
        assert sync.wait(job_id, timeout=60).state == "succeeded"


def test_the_last_release_says_so_when_it_meets_an_outbox_of_this_one(
    own: LocalDeployment, released: Version, current: Version, file: Path, job_id: str
) -> None:
    """It leaves the file as it is, and what it has to say arrives all the same."""
    environ = {"CONVEX_URL": own.url, "JOBSYNC_API_KEY": own.api_key}
    own.kill()
    current.tell("leave", job_id, file, **environ)
    own.start()

    listed = released.run("-c", "from jobsync.cli import main; main()", "outbox", "list", **environ)
    assert listed.returncode != 0
    assert "pip install --upgrade jobsync" in listed.stderr
    assert released.tell("work", f"{job_id}-2", file, **environ)["state"] == "succeeded"
    with own.sync() as sync:
        assert sync.flush(60)
        assert len(steps(sync, job_id)) == 3


def test_a_folder_of_the_last_release_goes_on_in_this_one(
    dev: RunDev, released: Version, current: Version, file: Path, job_id: str
) -> None:
    """`jobsync dev` has the jobs, files and events that the older one stored, and its keys."""
    with dev(released) as before:
        released.tell("work", job_id, file, **before.environ)

    with dev(current) as after:
        assert after.api_key == before.api_key
        assert current.tell("told", job_id, file, **after.environ).items() >= DONE.items()
        assert current.tell("retry", f"{job_id}-2", file, **after.environ)["attempt"] == 2


def test_a_client_that_is_too_old_says_to_upgrade_it(
    released: Version, file: Path, job_id: str
) -> None:
    """When a later protocol can no longer serve it, its own error says what to do."""
    with ScriptedServer(success({"protocol": 2, "version": "9", "serverTime": 0})) as server:
        environ = {"CONVEX_URL": server.url, "JOBSYNC_API_KEY": "k" * 32}
        said = released.run(
            "-c", "import jobsync; jobsync.ConvexSync().upsert_job({'id': 'a'})", **environ
        )

    assert "ClientOutdatedError" in said.stderr
    assert "pip install --upgrade jobsync" in said.stderr


def steps(sync: ConvexSync, job_id: str) -> list:
    return [event for event in sync.list_events(job_id) if event.kind == "step"]
