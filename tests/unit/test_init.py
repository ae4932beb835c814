"""What `import jobsync` gives, and what it costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

import jobsync
from jobsync import errors, models


def test_the_public_names_are_listed_sorted_and_there() -> None:
    """The surface grows only on purpose."""
    ours = {name for name, value in vars(jobsync).items() if name[0] != "_" and _ours(value)}

    assert sorted(jobsync.__all__) == jobsync.__all__
    assert ours <= set(jobsync.__all__)
    assert all(getattr(jobsync, name) is not None for name in jobsync.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    """What is imported late is still only what is listed."""
    with pytest.raises(AttributeError, match="nonsense"):
        _ = jobsync.nonsense


def _ours(value: object) -> bool:
    return str(getattr(value, "__module__", "")).startswith("jobsync")


@pytest.mark.parametrize("module", [errors, models])
def test_what_a_module_makes_public_is_public(module: object) -> None:
    """An error or a model that can be met can be imported from the root."""
    assert set(module.__all__) <= set(jobsync.__all__)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "heavy",
    ["convex", "_convex", "typer", "rich", "sqlite3", "jwt", "numpy", "pydantic", "requests"],
)
def test_importing_it_does_not_import(heavy: str) -> None:
    """What only some need is imported when it is needed."""
    code = f"import sys, jobsync; sys.exit({heavy!r} in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_importing_it_says_nothing() -> None:
    """Nothing is printed or warned of at import."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "import jobsync"], check=False, capture_output=True
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
