"""`jobsync list`: jobs, newest first."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from jobsync.cli._options import EnvFile, Json, JsonLines, StateWord, Url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jobsync import JobSummary
    from jobsync.cli._output import Form

EXAMPLES = """
jobsync list --state failed --owner org-3
jobsync list --active --type render
jobsync list --text poster --all --json
jobsync list --state failed --all | cut -f1 | xargs jobsync retry
"""


def list_jobs(
    *,
    state: Annotated[StateWord | None, typer.Option(help="Only those in this state.")] = None,
    active: Annotated[
        bool, typer.Option("--active", help="Only queued, running and lost ones.")
    ] = False,
    type_: Annotated[str | None, typer.Option("--type", help="Only of this type.")] = None,
    owner: Annotated[str | None, typer.Option(help="Only this owner's.")] = None,
    tag: Annotated[str | None, typer.Option(help="Only those with this tag.")] = None,
    source: Annotated[str | None, typer.Option(help="Only those about this.")] = None,
    parent: Annotated[str | None, typer.Option(help="Only the children of this job.")] = None,
    text: Annotated[
        str | None, typer.Option(help="Only those with this in their id or name.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many at most.")] = 20,
    everything: Annotated[bool, typer.Option("--all", help="However many there are.")] = False,
    url: Url = None,
    env_file: EnvFile = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """List jobs, newest first. Piped: a line each, its cells between tabs, the id first."""
    from jobsync.cli._connect import connect
    from jobsync.cli._output import Form, remark
    from jobsync.cli._wanted import Wanted

    form = Form.of(json=json, jsonl=jsonl)
    wanted = Wanted(
        state=None if state is None else state.value,
        active=active,
        type=type_,
        owner=owner,
        tag=tag,
        source=source,
        parent=parent,
        text=text,
    )
    with connect(url, env_file) as sync:
        jobs = wanted.jobs(sync)
        _print(jobs if everything else islice(jobs, limit), form)
        if not everything and next(jobs, None) is not None:
            remark(f"There are more than {limit}: pass --limit or --all.")


def _print(jobs: Iterable[JobSummary], form: Form) -> None:
    from jobsync.cli._job_table import job_cells, job_table
    from jobsync.cli._output import Form, print_items, print_row, remark, screen
    from jobsync.cli._times import now

    if form is not Form.TEXT:
        print_items(form, (job.model_dump(mode="json") for job in jobs))
        return
    console = screen()
    if not console.is_terminal:
        for job in jobs:
            print_row(*job_cells(job))
        return
    found = list(jobs)
    if found:
        console.print(job_table(found, console.width, now()))
    else:
        remark("No job is like that.")
