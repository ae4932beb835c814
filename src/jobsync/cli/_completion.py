"""Ids of jobs for the completion of the shell."""

from __future__ import annotations

from itertools import islice

import typer

LOOKED_AT = 200
"""The newest jobs: one page of the deployment's list."""

TIMEOUT = 2.0


def job_ids(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Return the newest jobs whose ids begin so, each with its state and name."""
    from jobsync.cli._connect import connect
    from jobsync.cli._text import one_line

    url, env_file = (context.params.get(name) for name in ("url", "env_file"))
    try:
        with connect(url, env_file, timeout=TIMEOUT, max_retries=0) as sync:
            newest = list(islice(sync.list_jobs(), LOOKED_AT))
    except Exception:  # noqa: BLE001 (whoever presses Tab wants no message in the middle of a line)
        return []
    return [
        (job.job_id, one_line(f"{job.state} {job.name or ''}"))
        for job in newest
        if job.job_id.startswith(incomplete)
    ]
