"""The release before this one, from its wheel, beside the package under test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
SRC = HERE.parents[1] / "src"
(WHEEL,) = HERE.glob("jobsync-*.whl")
RELEASED = WHEEL.name.split("-")[1]


@dataclass(frozen=True)
class Version:
    """A jobsync that programs can be run with."""

    package: Path
    folder: Path

    def run(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run Python with it."""
        return subprocess.run(
            [sys.executable, *words],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(self.package), **environ},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def tell(self, task: str, job_id: str, file: Path, **environ: str) -> dict[str, Any]:
        """Run a task of `pipeline`; return what it found in the end."""
        said = self.run(str(HERE / "pipeline.py"), task, job_id, str(file), **environ)
        assert said.returncode == 0, said.stderr
        return dict(json.loads(said.stdout))


@dataclass(frozen=True)
class Running:
    """A deployment that `jobsync dev` runs."""

    url: str
    api_key: str

    @property
    def environ(self) -> dict[str, str]:
        return {"CONVEX_URL": self.url, "JOBSYNC_API_KEY": self.api_key}


@pytest.fixture(scope="session")
def released_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that the wheel's packages are in."""
    folder = tmp_path_factory.mktemp("released")
    with zipfile.ZipFile(WHEEL) as wheel:
        wheel.extractall(folder)
    return folder


@pytest.fixture
def released(released_package: Path, tmp_path: Path) -> Version:
    """Return the release before this one."""
    return Version(released_package, tmp_path)


@pytest.fixture
def current(tmp_path: Path) -> Version:
    """Return the package under test."""
    return Version(SRC, tmp_path)


RunDev = Callable[[Version], AbstractContextManager[Running]]


@pytest.fixture
def dev(tmp_path: Path) -> RunDev:
    """Return what runs `jobsync dev` of a version, always on the same folder."""

    @contextmanager
    def run(version: Version) -> Iterator[Running]:
        words = ["dev", "--json", "--port", "0", "--site-port", "0"]
        with subprocess.Popen(
            [sys.executable, "-c", "from jobsync.cli import main; main()", *words],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(version.package)},
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            try:
                said = json.loads(process.stdout.readline())
                yield Running(said["url"], said["apiKey"])
            finally:
                process.terminate()
            assert process.wait(30) == 0

    return run
