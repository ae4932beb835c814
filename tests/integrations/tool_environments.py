"""A virtual environment for each tool, made once from its pinned requirements and kept.

With `JOBSYNC_TEST_INTEGRATIONS=required` it is a failure that one cannot be made, instead of a
reason to skip its tests. Tests that take minutes are left out unless it is `all`.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Deployment

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DEMANDED = "JOBSYNC_TEST_INTEGRATIONS"
INSTALL_WITHIN = 300


@dataclass(frozen=True)
class ToolEnvironment:
    """Where a tool is installed."""

    folder: Path

    def command(self, name: str) -> str:
        return str(self.folder / "bin" / name)

    def variables(self, deployment: Deployment, home: Path, **more: str) -> dict[str, str]:
        """Return the environment of a process that uses the tool, this repository and a folder."""
        return {
            **os.environ,
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "CONVEX_URL": deployment.url,
            "JOBSYNC_API_KEY": deployment.api_key,
            "JOBSYNC_OUTBOX": str(home / "outbox.sqlite"),
            **more,
        }


def made(tool: str) -> ToolEnvironment:
    """Return the environment of a tool; skip, or fail where it is demanded, if there is none."""
    requirements = HERE / f"{tool}.txt"
    known = hashlib.sha256(sys.version.encode() + requirements.read_bytes()).hexdigest()[:12]
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = cache / "jobsync-tests" / f"{tool}-{known}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Processes that share the tests may want the same one at the same time.
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            _make_or_skip(tool, folder, requirements)
        _give_metadata(folder)
    return ToolEnvironment(folder)


def _make_or_skip(tool: str, folder: Path, requirements: Path) -> None:
    try:
        _make(folder, requirements)
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or error
        unavailable(f"{tool} cannot be installed: {said}")
    (folder / "complete").touch()


def takes_minutes(what: str) -> None:
    """Skip a test that takes minutes, unless all are to be run."""
    if os.environ.get(DEMANDED) != "all":
        pytest.skip(f"{what} takes minutes; `make test-integrations` runs it")


def unavailable(reason: str) -> None:
    """Skip a test that lacks something, or fail it where that is demanded."""
    if os.environ.get(DEMANDED):
        pytest.fail(reason)
    pytest.skip(f"{reason} ({DEMANDED}=required makes this a failure)")


def _make(folder: Path, requirements: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    venv.create(folder, with_pip=uv is None)
    python = str(folder / "bin" / "python")
    installer = [python, "-m", "pip"] if uv is None else [uv, "pip"]
    where = [] if uv is None else ["--python", python]
    subprocess.run(
        [*installer, "install", "--quiet", *where, "-r", str(requirements)],
        check=True,
        capture_output=True,
        text=True,
        timeout=INSTALL_WITHIN,
    )


def _give_metadata(folder: Path) -> None:
    """Let jobsync, which is imported from this repository, find its own version there."""
    (packages,) = folder.glob("lib/python*/site-packages")
    version = importlib.metadata.version("jobsync")
    about = packages / f"jobsync-{version}.dist-info"
    for older in {*packages.glob("jobsync-*.dist-info")} - {about}:
        shutil.rmtree(older)
    about.mkdir(exist_ok=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: jobsync\nVersion: {version}\n")
