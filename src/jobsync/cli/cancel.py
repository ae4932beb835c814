"""`jobsync cancel`: jobs that nobody wants any more."""

from __future__ import annotations

from typing import Annotated

import typer

from jobsync.cli._options import EnvFile, JobIds, Json, JsonLines, Url

EXAMPLES = """
jobsync cancel poster-17
jobsync cancel poster-17 poster-18 --reason "wrong paper"
jobsync list --active --owner org-3 --all | cut -f1 | xargs jobsync cancel
"""


def cancel(
    job_ids: JobIds,
    *,
    reason: Annotated[str | None, typer.Option(help="Why; the job keeps it.")] = None,
    url: Url = None,
    env_file: EnvFile = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Cancel jobs. A running one is asked to stop, and has when its program obeys.

    The exit code is 1 if one of them had ended already.
    """
    from jobsync.cli._connect import connect
    from jobsync.cli._moves import Moves
    from jobsync.cli._output import Form

    moves = Moves(Form.of(json=json, jsonl=jsonl))
    with connect(url, env_file) as sync:
        moves.make(job_ids, lambda job_id: sync.cancel_job(job_id, reason))
    raise typer.Exit(moves.code)
