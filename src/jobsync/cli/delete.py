"""`jobsync delete`: jobs, with their events and files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from jobsync.cli._options import EnvFile, JobIds, Json, JsonLines, Url

if TYPE_CHECKING:
    from jobsync import Job

EXAMPLES = """
jobsync delete poster-17
jobsync list --owner org-3 --all | cut -f1 | xargs jobsync delete --yes
"""


def delete(
    job_ids: JobIds,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    url: Url = None,
    env_file: EnvFile = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Delete jobs, with their events and files, for good. A running one is refused."""
    from jobsync.cli._connect import connect
    from jobsync.cli._failure import NoSuchJobError
    from jobsync.cli._output import Form, print_items, print_row

    form = Form.of(json=json, jsonl=jsonl)
    with connect(url, env_file) as sync:
        jobs = []
        # All are looked for first: a slip in one of the ids deletes nothing.
        for job_id in job_ids:
            job = sync.fetch_job(job_id)
            if job is None:
                raise NoSuchJobError(job_id)
            jobs.append(_deletable(job))
        if not yes:
            _ask(jobs)
        for job in jobs:
            sync.delete_job(job.job_id)
            if form is Form.TEXT:
                print_row(job.job_id, "deleted")
    if form is not Form.TEXT:
        print_items(form, ({"job_id": job.job_id, "deleted": True} for job in jobs))


def _deletable(job: Job) -> Job:
    from jobsync.cli._failure import CommandError

    if job.state == "running":
        raise CommandError(
            f"The job {job.job_id!r} is running: stop it first with `jobsync cancel {job.job_id}`."
        )
    return job


def _ask(jobs: list[Job]) -> None:
    from jobsync.cli._failure import UsageError
    from jobsync.cli._text import one_line

    if not sys.stdin.isatty():
        raise UsageError("Nobody is here to ask whether to delete: pass --yes.")
    what = f"{len(jobs)} jobs" if len(jobs) > 1 else f"{jobs[0].job_id} ({jobs[0].state})"
    typer.confirm(
        f"Delete {one_line(what)}, with events and files, for good?", abort=True, err=True
    )
