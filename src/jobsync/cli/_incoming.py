"""Which files `download` fetches, and where they go."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from jobsync import NotFoundError
from jobsync.cli._failure import CommandError, NoSuchFileError, NoSuchJobError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jobsync import Asset, ConvexSync


def incoming(sync: ConvexSync, job_id: str, names: Sequence[str], role: str | None) -> list[Asset]:
    """Return the files that were asked for; a name that none has is a mistake."""
    try:
        assets = sync.list_assets(job_id)
    except NotFoundError:
        raise NoSuchJobError(job_id) from None
    of_role = [asset for asset in assets if role in {None, asset.role}]
    for name in names:
        if all(asset.filename != name for asset in of_role):
            raise NoSuchFileError(job_id, name)
    wanted = [asset for asset in of_role if not names or asset.filename in names]
    if not wanted:
        raise NoSuchFileError(job_id, None)
    twice = [name for name, count in Counter(a.filename for a in wanted).items() if count > 1]
    if twice:
        raise UsageError(f"The job has {twice[0]!r} in several roles: say which with --role.")
    return wanted


def target_of(to: Path, *, one_file: bool) -> Path:
    """Return the path of a single file, or the folder for several, which is made."""
    if one_file and not to.is_dir():
        return to
    try:
        to.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"The folder {to} cannot be made: {error.strerror}.") from None
    return to
