"""The link that opens the page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from jobsync import ConvexSync

# A page that is opened in the morning still moves in the evening.
WORKING_DAY = 12 * 3600.0


def page_link(address: str, sync: ConvexSync, *, read_only: bool, deployment: str = "") -> str:
    """Sign a token for the page, and put it where no server sees it: behind the #.

    The page looks for its deployment where it came from, unless `deployment` names another address,
    and for the functions where `sync` found them.
    """
    token = sync.token("read" if read_only else "write", expires_in=WORKING_DAY)
    words = {"token": token, "deployment": deployment, "functions": sync.functions}
    return f"{address}/#{urlencode({name: word for name, word in words.items() if word})}"
