"""The command line as people and scripts start it: a process, piped or in a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.cli.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Deployment

GUARD = 60

# What would make the outcome depend on who runs the tests.
FOREIGN = ("FORCE_COLOR", "NO_COLOR", "COLUMNS", "LINES", "CONVEX_URL", "JOBSYNC_API_KEY")


@dataclass(frozen=True)
class Said:
    """What a process that has ended had to say."""

    code: int
    out: str
    err: str


class CommandLine:
    """Runs `jobsync` in a folder, with the settings of a deployment in its environment."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.folder = folder
        own = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        self.environment = {
            **own,
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "JOBSYNC_OUTBOX": str(folder / "outbox.sqlite"),
            **settings,
        }
        self._terminals: list[Terminal] = []

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "jobsync.cli", *words]

    def start(self, *words: str, **environment: str) -> subprocess.Popen[str]:
        """Start a command whose output goes into pipes."""
        return subprocess.Popen(
            self.command(*words),
            cwd=self.folder,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def in_terminal(
        self, *words: str, size: tuple[int, int] = (100, 30), **environment: str
    ) -> Terminal:
        """Start a command in a terminal."""
        command = self.command(*words)
        terminal = Terminal(command, self.folder, self.environment | environment, size)
        self._terminals.append(terminal)
        return terminal

    def close(self) -> None:
        """End what still runs in terminals."""
        for terminal in self._terminals:
            terminal.close()

    def __call__(self, *words: str, **environment: str) -> Said:
        """Run a command to its end, piped."""
        with self.start(*words, **environment) as process:
            out, err = process.communicate(timeout=GUARD)
        return Said(process.returncode, out, err)


@pytest.fixture
def cli_of(tmp_path: Path) -> Iterator[Callable[[Deployment], CommandLine]]:
    """Return a command line for a deployment, in an empty folder."""
    made: list[CommandLine] = []

    def make(deployment: Deployment) -> CommandLine:
        settings = {"CONVEX_URL": deployment.url, "JOBSYNC_API_KEY": deployment.api_key}
        made.append(CommandLine(tmp_path, settings))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def jobsync(cli_of: Callable[[Deployment], CommandLine], deployment: Deployment) -> CommandLine:
    """Return the command line of the deployment that all tests share."""
    return cli_of(deployment)
