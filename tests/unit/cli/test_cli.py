import subprocess
import sys
from importlib.metadata import version

import pytest
import typer

from jobsync.cli import app

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


COMMANDS = typer.main.get_command(app).commands


def test_help_lists_the_commands_that_there_are():
    assert set(COMMANDS) >= {
        "list",
        "show",
        "watch",
        "stats",
        "upload",
        "download",
        "cancel",
        "retry",
        "share",
        "delete",
        "doctor",
        "init",
        "dev",
        "dashboard",
        "demo",
    }


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_says_in_its_help_how_it_is_used(command):
    """Not only what its options are."""
    assert f"jobsync {command}" in COMMANDS[command].epilog.partition("Examples")[2]
