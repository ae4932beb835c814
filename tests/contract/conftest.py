"""Programs of this folder, run as processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import fakes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Deployment

ROOT = Path(__file__).parents[2]


class Programs:
    """Starts modules of this folder, which find the deployment in the environment."""

    def __init__(self, deployment: Deployment) -> None:
        self._env = _env(deployment)
        self._started: list[subprocess.Popen[str]] = []

    def start(
        self,
        module: str,
        *words: str,
        stdout: int | None = None,
        stderr: int | None = None,
        there: Deployment | None = None,
    ) -> subprocess.Popen[str]:
        """Start one, for the deployment of all tests or another one."""
        env = self._env if there is None else _env(there)
        process = subprocess.Popen(
            [sys.executable, "-m", f"tests.contract.{module}", *words],
            cwd=ROOT,
            env={**os.environ, **env},
            stdout=stdout,
            stderr=stderr,
            text=True,
        )
        self._started.append(process)
        return process

    def kill(self) -> None:
        for process in self._started:
            with process:
                process.kill()


def _env(deployment: Deployment) -> dict[str, str]:
    return {"CONVEX_URL": deployment.url, "JOBSYNC_API_KEY": deployment.api_key}


@pytest.fixture
def programs(deployment: Deployment) -> Iterator[Programs]:
    """Return what starts programs that end with the test."""
    if fakes.CHOSEN:
        pytest.skip("starts other processes, which a deployment in this one is not there for")
    programs = Programs(deployment)
    yield programs
    programs.kill()
