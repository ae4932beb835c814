"""The backend's functions in somebody's project: what is there, and what would have to change.

A file that was written here once and has not been touched since may be replaced by a newer one;
what it was then is kept beside the files. Any other file that differs is its owner's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from jobsync.cli._failure import CommandError
from jobsync.cli._layout import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobsync.cli._layout import Layout

FOLDER_FILE = Path("folder.ts")
AT_TOP = b'FOLDER: string = "";'

Change = Literal["create", "update", "remove", "differs"]


@dataclass(frozen=True)
class Step:
    """What one file needs; `differs` is for its owner to decide."""

    file: Path
    """Its place, as seen from the project."""
    change: Change


class Adoption:
    """The shipped functions beside those of a project."""

    def __init__(self, shipped: Path, project: Path, layout: Layout, version: str) -> None:
        self._shipped = shipped / "convex"
        self._project = project
        self._layout = layout
        self._version = version
        self._manifest = layout.path / MANIFEST
        self._written = self._read_manifest()

    def steps(self) -> list[Step]:
        """Return what is to be done; nothing where all is as it is shipped."""
        return [*self._missing_or_other(), *self._no_longer_shipped()]

    def carry_out(self, steps: list[Step]) -> None:
        """Do what does not touch anybody's own files."""
        try:
            for step in steps:
                target = self._project / step.file
                if step.change == "remove":
                    target.unlink(missing_ok=True)
                elif step.change != "differs":
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(self._files[step.file])
            if steps:
                self._write_manifest()
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be written: {error.strerror}.") from None

    def _missing_or_other(self) -> Iterator[Step]:
        for file, content in self._files.items():
            here = _hash_of_file(self._project / file)
            if here is None:
                yield Step(file, "create")
            elif here != _hash_of(content):
                yield Step(file, "update" if here == self._written.get(file) else "differs")

    def _no_longer_shipped(self) -> Iterator[Step]:
        for file, written in self._written.items():
            if file not in self._files and _hash_of_file(self._project / file) == written:
                yield Step(file, "remove")

    @cached_property
    def _files(self) -> dict[Path, bytes]:
        """What belongs where, as seen from the project; only `folder.ts` depends on the place."""
        shipped = (path for path in self._shipped.rglob("*") if path.is_file())
        files = sorted(path.relative_to(self._shipped) for path in shipped)
        taken = {file: self._shipped / file for file in files if self._layout.takes(file)}
        contents = {file: path.read_bytes() for file, path in taken.items()}
        here = AT_TOP.replace(b'""', f'"{self._layout.folder}"'.encode())
        contents[FOLDER_FILE] = contents[FOLDER_FILE].replace(AT_TOP, here)
        return {self._layout.path / file: content for file, content in contents.items()}

    def _read_manifest(self) -> dict[Path, str]:
        file = self._project / self._manifest
        try:
            said = json.loads(file.read_text(encoding="utf-8"))
            return {Path(name): str(digest) for name, digest in said["files"].items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise CommandError(
                f"{file} cannot be read. It says what `jobsync init` wrote; "
                "without it (delete it) every file that differs counts as your own."
            ) from None

    def _write_manifest(self) -> None:
        files = {file.as_posix(): _hash_of(content) for file, content in self._files.items()}
        text = json.dumps({"version": self._version, "files": files}, indent=2)
        (self._project / self._manifest).write_text(f"{text}\n", encoding="utf-8")


def _hash_of(content: bytes) -> str:
    return sha256(content).hexdigest()


def _hash_of_file(file: Path) -> str | None:
    try:
        return _hash_of(file.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
