"""The client that a command works with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobsync import ConvexSync, find_settings
from jobsync.cli._failure import UsageError

if TYPE_CHECKING:
    from pathlib import Path

TIMEOUT = 30.0
# A person waits: after about two seconds it is better to say that nobody answers.
MAX_RETRIES = 2


def connect(
    url: str | None,
    env_file: Path | None,
    *,
    timeout: float = TIMEOUT,
    max_retries: int = MAX_RETRIES,
    outbox: Path | None = None,
) -> ConvexSync:
    """Return a client of the deployment that the options, the environment or the files name."""
    found = find_settings(env_file=env_file)
    if not url and found.url is None:
        raise UsageError(
            "No deployment is named: pass --url, or set CONVEX_URL in the environment or in "
            ".env.local. `jobsync dev` starts one here."
        )
    if found.api_key is None:
        raise UsageError(
            "No key is set: put JOBSYNC_API_KEY, with the value that the deployment has, in the "
            "environment or in .env.local (`npx convex env get JOBSYNC_API_KEY` prints it)."
        )
    return ConvexSync(
        url, env_file=env_file, timeout=timeout, max_retries=max_retries, outbox=outbox
    )
