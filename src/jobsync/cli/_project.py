"""A project that takes jobsync's functions: what is to be done in it, and doing it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jobsync.cli._adoption import Adoption
from jobsync.cli._component import PACKAGE, ComponentFiles, uses_component
from jobsync.cli._failure import CommandError
from jobsync.cli._layout import FOLDER, find_layout, functions_root
from jobsync.cli._own_lines import OwnFiles
from jobsync.cli._packages import missing_packages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jobsync.cli._adoption import Step
    from jobsync.cli._own_lines import MissingLine

DONE = {"create": "created", "update": "updated", "remove": "removed"}
TO_DO = {
    "create": "missing",
    "update": "out of date",
    "remove": "no longer needed",
    "differs": "differs, and is yours",
}
MOST_ROWS = 12
"""More files than these are told a folder at a time: nobody reads eighty lines."""


@dataclass(frozen=True)
class Work:
    """What is to be done, by `jobsync init` and by hand."""

    steps: list[Step]
    absent: dict[Path, str]
    """The app's own files that it does not have, and what they are to hold."""
    lines: list[MissingLine]

    @property
    def is_any(self) -> bool:
        """Tell whether anything is to be done at all."""
        return bool(self.steps or self.absent or self.lines)

    @property
    def foreign(self) -> list[Step]:
        """Return the steps that are not ours to take."""
        return [step for step in self.steps if step.change == "differs"]

    def rows(self, *, done: bool) -> Iterator[tuple[str, str]]:
        """Say what was done, or would have to be."""
        words = DONE if done else TO_DO
        changes = [(step.file, step.change) for step in self.steps]
        if len(changes) > MOST_ROWS:
            counts = Counter((file.parent, change) for file, change in changes)
            for (folder, change), count in counts.items():
                yield f"{folder.as_posix()}/", f"{count} files {words[change]}"
        else:
            yield from ((file.as_posix(), words[change]) for file, change in changes)
        yield from ((file.as_posix(), words["create"]) for file in self.absent)
        if not done:
            for line in self.lines:
                yield line.file.as_posix(), f"has no line yet: {line.text}"

    def as_items(self) -> list[dict[str, Any]]:
        """Say the same to programs."""
        changes = [(step.file, step.change) for step in self.steps]
        changes += [(file, "create") for file in self.absent]
        files = [{"file": file.as_posix(), "change": change} for file, change in changes]
        by_hand = [
            {"file": line.file.as_posix(), "change": "add", "after": line.line, "text": line.text}
            for line in self.lines
        ]
        return [*files, *by_hand]


class Project:
    """Somebody's folder, and the functions as this version ships them, or the component."""

    def __init__(self, shipped: Path, folder: Path, version: str, *, component: bool) -> None:
        self._shipped = shipped
        self._folder = folder
        self._version = version
        root = functions_root(folder)
        self.is_component = component or uses_component(folder, root)
        self._adoption: Adoption | None = None
        self._own_files: OwnFiles | ComponentFiles | None = None
        if self.is_component:
            self._own_files = ComponentFiles(folder, root, shipped / "component")
            self.functions = FOLDER
            return
        layout = find_layout(folder)
        self.functions = layout.folder
        self._adoption = Adoption(shipped, folder, layout, version)
        if layout.is_app:
            tables = (shipped / "convex" / "tables.ts").read_text(encoding="utf-8")
            self._own_files = OwnFiles(folder, root, tables)

    def work(self) -> Work:
        """Return what is to be done; nothing where all is as it is shipped."""
        steps = [] if self._adoption is None else self._adoption.steps()
        own = self._own_files
        absent, lines = ({}, []) if own is None else (own.absent(), own.missing())
        return Work(steps, absent, lines)

    def carry_out(self, work: Work) -> None:
        """Do all of it that is not for the app's owner to do."""
        if self._adoption is not None:
            self._adoption.carry_out(work.steps)
        for file, text in work.absent.items():
            _create(self._folder / file, text)

    def installs(self) -> Iterator[str]:
        """Return the commands that bring the packages that the project does not name yet."""
        needs = json.loads((self._shipped / "needs.json").read_text(encoding="utf-8"))
        wanted = {PACKAGE: self._version} if self.is_component else needs["dependencies"]
        if packages := missing_packages(self._folder, wanted):
            yield f"npm install --save-exact {' '.join(packages)}"
        # An app has the types that its own settings name.
        packages = missing_packages(self._folder, needs["devDependencies"])
        if packages and not self.functions:
            yield f"npm install --save-exact --save-dev {' '.join(packages)}"


def _create(target: Path, text: str) -> None:
    """Make a file that is absent."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as out:
            out.write(text)
    except OSError as error:
        raise CommandError(f"{target} cannot be written: {error.strerror}.") from None
