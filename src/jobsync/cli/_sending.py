"""Which files `upload` sends: files under their names, folders with all that is in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobsync.cli._failure import CommandError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Outgoing:
    """A file, and the name that the job knows it by."""

    path: Path
    name: str
    size: int


def outgoing(paths: Sequence[Path], name: str | None) -> list[Outgoing]:
    """Return the files of paths; two of one name, or none at all, is a mistake."""
    if name is not None and (len(paths) > 1 or paths[0].is_dir()):
        raise UsageError("--name is for one file.")
    found: dict[str, Outgoing] = {}
    for path in paths:
        for file in _files(path, name):
            if file.name in found:
                raise UsageError(
                    f"{found[file.name].path} and {file.path} would both be {file.name!r}: upload "
                    "them one by one, with --name or another --role."
                )
            found[file.name] = file
    if not found:
        raise CommandError("There is no file in what was named.")
    return list(found.values())


def _files(path: Path, name: str | None) -> Iterator[Outgoing]:
    if path.is_dir():
        for inner in sorted(path.rglob("*")):
            if inner.is_file():
                yield Outgoing(inner, inner.relative_to(path).as_posix(), inner.stat().st_size)
    elif path.is_file():
        yield Outgoing(path, name or path.name, path.stat().st_size)
    else:
        raise CommandError(f"{path} does not exist, or is no file.")
