"""The backend's functions in somebody's project: what is there, and what would have to change.

A file that was written here once and has not been touched since may be replaced by a newer one;
what it was then is kept beside the files. Any other file that differs is its owner's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from jobsync.cli._failure import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator

MANIFEST = Path("convex", ".jobsync.json")

Change = Literal["create", "update", "remove", "differs"]


@dataclass(frozen=True)
class Step:
    """What one file needs; `differs` is for its owner to decide."""

    file: Path
    """Its place, as seen from the project."""
    change: Change


class Adoption:
    """The shipped functions beside those of a project."""

    def __init__(self, shipped: Path, project: Path, version: str) -> None:
        self._shipped = shipped
        self._project = project
        self._version = version
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
                    target.write_bytes((self._shipped / step.file).read_bytes())
            if steps:
                self._write_manifest()
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be written: {error.strerror}.") from None

    def _missing_or_other(self) -> Iterator[Step]:
        for file in self._files():
            here = _hash_of(self._project / file)
            if here is None:
                yield Step(file, "create")
            elif here != _hash_of(self._shipped / file):
                yield Step(file, "update" if here == self._written.get(file) else "differs")

    def _no_longer_shipped(self) -> Iterator[Step]:
        shipped = set(self._files())
        for file, written in self._written.items():
            if file not in shipped and _hash_of(self._project / file) == written:
                yield Step(file, "remove")

    def _files(self) -> list[Path]:
        return sorted(
            path.relative_to(self._shipped)
            for path in (self._shipped / "convex").rglob("*")
            if path.is_file()
        )

    def _read_manifest(self) -> dict[Path, str]:
        try:
            said = json.loads((self._project / MANIFEST).read_text(encoding="utf-8"))
            return {Path(name): str(digest) for name, digest in said["files"].items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise CommandError(
                f"{self._project / MANIFEST} cannot be read. It says what `jobsync init` wrote; "
                "without it (delete it) every file that differs counts as your own."
            ) from None

    def _write_manifest(self) -> None:
        files = {file.as_posix(): _hash_of(self._shipped / file) for file in self._files()}
        text = json.dumps({"version": self._version, "files": files}, indent=2)
        (self._project / MANIFEST).write_text(f"{text}\n", encoding="utf-8")


def _hash_of(file: Path) -> str | None:
    try:
        return sha256(file.read_bytes()).hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
