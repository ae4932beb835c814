"""`jobsync retry`: another attempt for jobs that did not succeed."""

from __future__ import annotations

import typer

from jobsync.cli._options import EnvFile, JobIds, Json, JsonLines, Url

EXAMPLES = """
jobsync retry poster-17
jobsync list --state failed --all | cut -f1 | xargs jobsync retry
"""


def retry(
    job_ids: JobIds,
    *,
    url: Url = None,
    env_file: EnvFile = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Queue jobs that failed, were canceled or are lost for another attempt.

    Whoever runs such jobs then finds them. The exit code is 1 if one of them is in no such state.
    """
    from jobsync.cli._connect import connect
    from jobsync.cli._moves import Moves
    from jobsync.cli._output import Form

    moves = Moves(Form.of(json=json, jsonl=jsonl))
    with connect(url, env_file) as sync:
        moves.make(job_ids, sync.retry_job)
    raise typer.Exit(moves.code)
