"""`jobsync show`: one job, with its files, children and last events."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer

from jobsync.cli._options import EnvFile, JobId, Json, JsonLines, Url

EXAMPLES = """
jobsync show poster-17
jobsync show poster-17 --events 100
jobsync show poster-17 --json | jq .job.result
"""


def show(
    job_id: JobId,
    *,
    events: Annotated[int, typer.Option(min=0, help="How many of the last events.")] = 10,
    traceback: Annotated[
        bool, typer.Option("--traceback", help="The error's traceback, too.")
    ] = False,
    url: Url = None,
    env_file: EnvFile = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Show one job: how it stands, its times, error, files, children and last events."""
    from jobsync.cli._connect import connect
    from jobsync.cli._failure import NoSuchJobError
    from jobsync.cli._job_details import CHILDREN_SHOWN, JobDetails
    from jobsync.cli._output import Form, print_json, screen

    form = Form.of(json=json, jsonl=jsonl)
    with connect(url, env_file) as sync:
        job = sync.fetch_job(job_id)
        if job is None:
            raise NoSuchJobError(job_id)
        details = JobDetails(
            job=job,
            files=sync.list_assets(job_id),
            children=list(islice(sync.list_jobs(parent=job_id), CHILDREN_SHOWN + 1)),
            rollup=sync.rollup(job_id),
            events=list(islice(sync.list_events(job_id, newest_first=True), events))[::-1],
        )
    if form is Form.TEXT:
        details.print(screen(), with_traceback=traceback)
    else:
        print_json(details.document(), on_one_line=form is Form.LINES)
