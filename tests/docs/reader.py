"""Somebody who does what a page says, from top to bottom: types its Python, runs its commands."""

from __future__ import annotations

import ast
import io
import json
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from jobsync import ConvexSync
from tests.docs.likeness import missing_line

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from tests.docs.fences import Fence
    from tests.docs.terminal import Terminal

PRINTS = "prints"
KEY = "JOBSYNC_API_KEY"


class Reader:
    """Reads one page, in an empty folder with a deployment in the environment."""

    def __init__(self, page: Path, folder: Path, terminal: Terminal) -> None:
        self._page = page
        self._folder = folder
        self._terminal = terminal
        self._names: dict[str, Any] = {"__name__": "__main__"}
        self._printed = ""
        self._saved: dict[str, str] = {}

    def do(self, fence: Fence) -> str | None:
        """Do what a block wants; answer what went wrong, where that is no exception."""
        if fence.title == PRINTS:
            line = missing_line(fence.source, self._printed)
            return line and f"was not printed: {line}\nbut\n{self._printed}"
        read = getattr(self, f"_read_{fence.language}", None)
        if read is None:
            return f"{fence.language!r} is no language that the tests of the pages know"
        return read(fence)

    def files_that_nothing_ran(self) -> list[str]:
        """Return the programs that the page has saved, and that no command and no other names."""

        def naming(program: str) -> str:
            others = [source for name, source in self._saved.items() if name != program]
            return "\n".join([self._terminal.commands, *others])

        return [program for program in self._saved if Path(program).stem not in naming(program)]

    def _read_python(self, fence: Fence) -> None:
        if fence.title is not None:
            ast.parse(fence.source)
            self._saved[fence.title] = fence.source
            self._save(fence)
            return
        code = compile("\n" * fence.line + fence.source, str(self._page), "exec")
        with redirect_stdout(io.StringIO()) as printed:
            exec(code, self._names)  # noqa: S102 - that is what a reader does
        self._printed = printed.getvalue()

    def _read_console(self, fence: Fence) -> str | None:
        if fence.stays:
            return self._terminal.stay(fence.source)
        wrong = self._terminal.run(fence.source)
        # Whoever changes the key changes it for the Python of the page as well.
        os.environ[KEY] = self._terminal.exported(KEY) or os.environ[KEY]
        return wrong

    def _read_toml(self, fence: Fence) -> None:
        tomllib.loads(fence.source)
        self._save(fence)

    def _read_yaml(self, fence: Fence) -> None:
        yaml.safe_load(fence.source)
        self._save(fence)

    def _read_json(self, fence: Fence) -> None:
        json.loads(fence.source)
        self._save(fence)

    def _read_text(self, fence: Fence) -> None:
        self._save(fence)

    def _read_ts(self, fence: Fence) -> None:
        """Leave it to the type checker (test_typescript)."""

    _read_tsx = _read_ts

    def _save(self, fence: Fence) -> None:
        if fence.title is not None:
            file = self._folder / fence.title
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(fence.source)

    def close(self) -> None:
        """Close what the page's Python has left open."""
        self._terminal.close()
        for value in reversed(list(self._names.values())):
            if isinstance(value, ConvexSync):
                value.close()
