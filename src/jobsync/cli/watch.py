"""`jobsync watch`: jobs as they move, until they have ended."""

from __future__ import annotations

from typing import Annotated

import typer

from jobsync.cli._completion import job_ids as completion
from jobsync.cli._options import EnvFile, Json, JsonLines, Url

EXAMPLES = """
jobsync watch poster-17
jobsync watch poster-17 && echo done
jobsync watch --owner org-3
jobsync watch --follow
jobsync watch poster-17 --jsonl | jq .progress
"""


def watch(
    job_ids: Annotated[
        list[str] | None,
        typer.Argument(
            help="Jobs; without any, all that are active.",
            metavar="[ID]...",
            autocompletion=completion,
        ),
    ] = None,
    *,
    owner: Annotated[
        str | None, typer.Option(help="Of the active ones, only this owner's.")
    ] = None,
    type_: Annotated[
        str | None, typer.Option("--type", help="Of the active ones, only of this type.")
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Wait for more when all have ended.")
    ] = False,
    timeout: Annotated[
        float | None, typer.Option(help="Seconds after which to stop watching (exit code 124).")
    ] = None,
    patience: Annotated[
        float, typer.Option(help="Seconds to try again for when the connection is lost.")
    ] = 300.0,
    url: Url = None,
    env_file: EnvFile = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Watch jobs as they move, until all have ended.

    The exit code is 0 if all have succeeded, 1 if one has not, 3 if the deployment cannot be
    reached or refuses, 4 if there is no such job, 130 after Ctrl-C.
    """
    from jobsync.cli._connect import connect
    from jobsync.cli._failure import UsageError
    from jobsync.cli._output import Form
    from jobsync.cli._wanted import Wanted
    from jobsync.cli._watching import Limits, watch_jobs

    form = Form.of(json=json, jsonl=jsonl)
    if job_ids and (owner or type_ or follow):
        raise UsageError("--owner, --type and --follow are for all active jobs: name none.")
    wanted = None if job_ids else Wanted(active=True, owner=owner, type=type_)
    with connect(url, env_file) as live, connect(url, env_file, timeout=5, max_retries=0) as pulse:
        live.handshake()
        limits = Limits(timeout, patience)
        raise typer.Exit(
            watch_jobs(live, pulse, job_ids or [], wanted, form, limits, follow=follow)
        )
