"""`jobsync doctor`."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from jobsync.testing import LocalDeployment
from tests.acceptance.cli.terminal import GUARD
from tests.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.acceptance.cli.conftest import CommandLine
    from tests.conftest import Deployment


def examine(jobsync: CommandLine, *words: str, **environment: str) -> tuple[int, dict[str, Any]]:
    """Return the exit code, and the finding of each check by its name."""
    said = jobsync("doctor", "--json", *words, **environment)
    document = json.loads(said.out)
    assert document["ok"] is (said.code == 0)
    return said.code, {finding["check"]: finding for finding in document["checks"]}


def test_where_all_is_well_the_exit_code_is_0(
    cli_of: Callable[[Deployment], CommandLine], own: LocalDeployment
) -> None:
    """It says from where the settings come, and never what the key is."""
    jobsync = cli_of(own)
    code, findings = examine(jobsync)

    assert code == 0
    assert all(finding["ok"] is not False for finding in findings.values())
    assert "CONVEX_URL in the environment" in findings["address"]["found"]
    assert jobsync.environment["JOBSYNC_API_KEY"] not in jobsync("doctor").out


def test_settings_of_a_file_are_told_with_the_file(jobsync: CommandLine) -> None:
    """Who meets the wrong deployment sees why."""
    file = jobsync.folder / ".env.local"
    file.write_text(f"CONVEX_URL={jobsync.environment['CONVEX_URL']}\n")
    _, findings = examine(jobsync, CONVEX_URL="")

    assert str(file) in findings["address"]["found"]


@pytest.mark.parametrize(
    ("environment", "check", "fix"),
    [
        ({"CONVEX_URL": ""}, "address", "jobsync dev"),
        ({"JOBSYNC_API_KEY": ""}, "key", "npx convex env set"),
        ({"JOBSYNC_API_KEY": "short"}, "key", "long random key"),
        ({"JOBSYNC_API_KEY": "k" * 40}, "access", "npx convex env get"),
        ({"CONVEX_URL": f"http://127.0.0.1:{free_port()}"}, "reachable", "runs"),
        ({"CONVEX_URL": "nonsense"}, "reachable", "address"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(
    jobsync: CommandLine, environment: dict[str, str], check: str, fix: str
) -> None:
    """The exit code is 1, and the one at fault is named."""
    code, findings = examine(jobsync, **environment)

    assert (code, findings[check]["ok"]) == (1, False)
    assert fix in findings[check]["fix"]


def test_a_deployment_without_the_functions_is_told_to_deploy_them(
    cli_of: Callable[[Deployment], CommandLine],
) -> None:
    """It answers, so it is not the network that is at fault."""
    with LocalDeployment(functions=False) as empty:
        code, findings = examine(cli_of(empty))

    assert (code, findings["reachable"]["ok"]) == (1, True)
    assert "npx convex deploy" in findings["functions"]["fix"]


def test_clocks_that_differ_are_told(
    cli_of: Callable[[Deployment], CommandLine], own: LocalDeployment
) -> None:
    """Calls work all the same, but times look odd."""
    own.advance(3600)
    code, findings = examine(cli_of(own))

    assert (code, findings["clocks"]["ok"]) == (1, False)
    assert "behind the deployment" in findings["clocks"]["found"]


@pytest.mark.parametrize(
    ("status", "key", "fix"),
    [("nonsense", {}, "outbox list"), ("done", {"JOBSYNC_API_KEY": "k" * 40}, "outbox flush")],
)
def test_what_a_program_could_not_send_is_told(
    jobsync: CommandLine, job_id: str, status: str, key: dict[str, str], fix: str
) -> None:
    """Refused for good, or kept since the deployment did not let it in."""
    program = f"""
from jobsync import ConvexSync
with ConvexSync(delivery="background", exit_timeout=0) as sync:
    sync.upsert_job({{"id": {job_id!r}, "status": {status!r}}})
    sync.flush(timeout=3)
"""
    environment = jobsync.environment | key
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, timeout=GUARD)
    code, findings = examine(jobsync)

    assert (code, findings["outbox"]["ok"]) == (1, False)
    assert fix in findings["outbox"]["fix"]
    assert jobsync.environment["JOBSYNC_OUTBOX"] in findings["outbox"]["found"]
