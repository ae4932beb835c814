"""The built page: where it is, and the link that opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from jobsync.cli._failure import CommandError
from jobsync.cli.embedded import PAGE

if TYPE_CHECKING:
    from pathlib import Path

    from jobsync import ConvexSync

# A page that is opened in the morning still moves in the evening.
WORKING_DAY = 12 * 3600.0


def page_folder() -> Path:
    """Return the folder of the built page, which is part of every installed jobsync."""
    if not (PAGE / "serving.json").is_file():
        raise CommandError(
            f"The page is not part of this installation ({PAGE} is missing). "
            "In a clone of the repository, run `make build`."
        )
    return PAGE


def page_link(address: str, sync: ConvexSync, *, read_only: bool, deployment: str = "") -> str:
    """Sign a token for the page, and put it where no server sees it: behind the #.

    The page looks for its deployment where it came from, unless `deployment` names another address.
    """
    token = sync.token("read" if read_only else "write", expires_in=WORKING_DAY)
    words = {"token": token} | ({"deployment": deployment} if deployment else {})
    return f"{address}/#{urlencode(words)}"
