import subprocess
import sys
from importlib.metadata import version

import pytest

# What only a command that runs has use for.
HEAVY = {"PIL", "convex", "numpy", "rich", "skimage"}


def run(*words):
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, timeout=60, check=True
    ).stdout


def test_the_command_line_opens_without_what_only_its_commands_need():
    loaded = set(run("-c", "import sys, jobsync.cli; print(*sys.modules)").split())
    assert not HEAVY & loaded


def test_the_version_is_that_of_the_package():
    assert run("-m", "jobsync.cli", "--version") == f"jobsync {version('jobsync')}\n"


@pytest.mark.parametrize(
    "command",
    [
        "list",
        "show",
        "watch",
        "stats",
        "cancel",
        "retry",
        "share",
        "delete",
        "dev",
        "dashboard",
        "demo",
    ],
)
def test_help_lists_each_command(command):
    assert f" {command} " in run("-m", "jobsync.cli", "--help")
