"""Programs that tests start where a tool is, and that tell of themselves in lines of JSON."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.integrations.tool_environments import ToolEnvironment


class Program:
    """A process, and those that it starts."""

    def __init__(
        self, tool: ToolEnvironment, variables: dict[str, str], module: str, *words: str
    ) -> None:
        self.process = subprocess.Popen(
            [tool.command("python"), "-m", module, *words],
            env=variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def hear(self, word: str) -> Any:
        """Return what the next line says of a word, passing over what others print."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("{") and word in (said := json.loads(line)):
                return said[word]
        pytest.fail(f"the program has ended without {word}")

    def kill(self) -> None:
        kill_all(self.process)


class Console(Program):
    """A program that answers what it is asked, a line of JSON for a line of JSON."""

    def ask(self, *words: Any) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        return self.hear("answer")


def kill_all(process: subprocess.Popen[Any]) -> None:
    """Kill a process that leads a session, with those that it has started."""
    with process, contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
