"""An app that uses jobsync as a component: what installs it, and what clients may call of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jobsync.cli._failure import CommandError
from jobsync.cli._layout import FOLDER, MANIFEST
from jobsync.cli._own_lines import MissingLine, find_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGE = "jobsync-convex"
CONFIG = "convex.config"
VARIABLES = ("JOBSYNC_API_KEY", "JOBSYNC_DASHBOARD_URL")
IMPORT = f'import jobsync from "{PACKAGE}/convex.config.js";'
APP = re.compile(r"(\w+)\s*=\s*defineApp\(")


def uses_component(project: Path, root: Path) -> bool:
    """Tell whether an app has the component installed already."""
    found = find_text(project, root, CONFIG)
    return found is not None and PACKAGE in found[1]


class ComponentFiles:
    """What an app's own files need for the component; `shipped` are those that it has at first."""

    def __init__(self, project: Path, root: Path, shipped: Path) -> None:
        self._project = project
        self._root = root
        self._shipped = shipped
        self._config = find_text(project, root, CONFIG)
        if (project / root / MANIFEST).exists() or (project / root / FOLDER / MANIFEST).exists():
            raise CommandError(
                "Nothing was written: this project has jobsync's functions among its own. Their "
                "jobs would not be the component's; take those files out first."
            )

    def absent(self) -> dict[Path, str]:
        """Return the files that the app does not have yet, and what they would hold.

        Of what it exposes it may have taken files out again, so these come together or not at all.
        """
        is_exposing = (self._project / self._root / FOLDER).exists()
        return {
            self._root / name: (self._shipped / name).read_text(encoding="utf-8")
            for name in self._names()
            if (self._config is None if name.stem == CONFIG else not is_exposing)
        }

    def missing(self) -> list[MissingLine]:
        """Return the lines that its convex.config does not have yet."""
        return [] if self._config is None else list(self._missing_in(*self._config))

    def _names(self) -> list[Path]:
        files = (path for path in self._shipped.rglob("*") if path.is_file())
        return sorted(path.relative_to(self._shipped) for path in files)

    def _missing_in(self, file: Path, text: str) -> Iterator[MissingLine]:
        if PACKAGE not in text:
            yield MissingLine(file, None, "at the top", IMPORT)
        declared = [f"{name}: v.optional(v.string())" for name in VARIABLES if name not in text]
        app = APP.search(text)
        name = "app" if app is None else app[1]
        if declared:
            place = "in the object that is `env` for defineApp, from convex/values"
            yield MissingLine(file, None, place, f"{', '.join(declared)},")
        if not re.search(r"\.use\(\s*jobsync\b", text):
            bound = ", ".join(f"{each}: {name}.env.{each}" for each in VARIABLES)
            options = f'{{ httpPrefix: "/{FOLDER}/", env: {{ {bound} }} }}'
            end = None if app is None else _line_after_call(text, app.end())
            yield MissingLine(file, end, "after the app", f"{name}.use(jobsync, {options});")


def _line_after_call(text: str, start: int) -> int:
    """Return the line in which the parenthesis that was opened before `start` is closed."""
    depth = 1
    for at, letter in enumerate(text[start:], start):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0:
            return text.count("\n", 0, at) + 1
    return text.count("\n") + 1
