"""`jobsync init`: the backend's functions for a project, with or without functions of its own."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobsync.cli._options import Json, JsonLines

if TYPE_CHECKING:
    from jobsync.cli._project import Project, Work

EXAMPLES = """
jobsync init
jobsync init backend/
jobsync init --component
jobsync init --check
"""


def init(
    folder: Annotated[Path, typer.Argument(help="The project; empty, or a Convex app.")] = Path(),
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; say what is out of date or missing.")
    ] = False,
    component: Annotated[
        bool, typer.Option("--component", help="Use the component of the package jobsync-convex.")
    ] = False,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Put jobsync's functions into a project, ready for `npx convex deploy`.

    In an app that has functions of its own they go to convex/jobsync/, and what its schema, router
    and crons need is said line by line; with --component, which keeps jobsync's tables apart from
    the app's, its convex.config. A file that differs is never overwritten: then nothing is
    written at all, and the exit code is 1. So it is with --check if anything is to be done.
    """
    from jobsync.cli._failure import CommandError
    from jobsync.cli._output import Form
    from jobsync.cli._project import Project
    from jobsync.embedded.server import backend_folder

    form = Form.of(json=json, jsonl=jsonl)
    project = Project(backend_folder(), folder, version("jobsync"), component=component)
    work = project.work()
    if check or work.foreign:
        _report(work, form, done=False)
        if check:
            raise typer.Exit(1 if work.is_any else 0)
        raise CommandError(
            f"Nothing was written: {len(work.foreign)} of the files are there already and differ. "
            "Put what is yours elsewhere, or delete it if it was jobsync's."
        )
    project.carry_out(work)
    _report(work, form, done=True)
    if form is Form.TEXT:
        _tell_next(project, work)


def _report(work: Work, form: Any, *, done: bool) -> None:
    from jobsync.cli._output import Form, print_items, print_row, remark

    if form is not Form.TEXT:
        print_items(form, work.as_items())
        return
    for row in work.rows(done=done):
        print_row(*row)
    if not work.is_any:
        remark("All is as this version of jobsync ships it.")


def _tell_next(project: Project, work: Work) -> None:
    """Tell it beside the answer, which is for programs too."""
    if work.lines:
        _say("Add by hand, since these files are yours:")
        for each in work.lines:
            place = each.where if each.line is None else f"{each.where}, after line {each.line}"
            _say(f"  {each.file.as_posix()}: {place}", f"      {each.text}")
    if not work.is_any:
        return
    _say("Next, in this folder:")
    _say(*(f"  {command}" for command in [*project.installs(), *DEPLOYING]))
    _say(*SETTINGS)
    if project.functions:
        _say(
            f'The functions are named "{project.functions}/jobs:upsert" and so on: programs find '
            "that out by",
            f"themselves, or are told by JOBSYNC_FUNCTIONS={project.functions}.",
        )


DEPLOYING = (
    "npx convex dev --once",
    "npx convex env set JOBSYNC_API_KEY <a long random key>",
)
SETTINGS = (
    "`npx convex deploy` and `npx convex env set --prod` do the same for production. Then give",
    "your programs CONVEX_URL and JOBSYNC_API_KEY; `jobsync doctor` tells whether they fit.",
)


def _say(*lines: str) -> None:
    for line in lines:
        print(line, file=sys.stderr)
