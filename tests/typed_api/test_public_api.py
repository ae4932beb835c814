"""The types of the public API, as the type checkers of those who use it see them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CHECKERS = {
    "mypy": (
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file=",
        "--cache-dir=../../.mypy_cache",
        "public_api.py",
    ),
    "pyright": (
        *("node", ROOT / "node_modules" / "pyright" / "index.js"),
        *("--project", HERE, "--pythonpath", sys.executable),
    ),
}


@pytest.mark.parametrize("command", CHECKERS.values(), ids=list(CHECKERS))
def test_what_users_write_has_the_types_that_they_rely_on(command: tuple[str, ...]) -> None:
    """And each mistake in it is found: the comment that silences it would be one else."""
    checked = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout
