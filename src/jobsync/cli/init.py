"""`jobsync init`: the backend's functions for a project of one's own."""

from __future__ import annotations

import json as json_
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobsync.cli._options import Json, JsonLines

if TYPE_CHECKING:
    from jobsync.cli._adoption import Step

EXAMPLES = """
jobsync init
jobsync init backend/
jobsync init --check
"""
DONE = {"create": "created", "update": "updated", "remove": "removed"}
TO_DO = {
    "create": "is missing",
    "update": "is out of date",
    "remove": "is no longer needed",
    "differs": "differs, and is yours",
}


def init(
    folder: Annotated[
        Path, typer.Argument(help="The project; empty, or without a convex/ of its own.")
    ] = Path(),
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; say what is out of date.")
    ] = False,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Put jobsync's functions into a project's convex/, ready for `npx convex deploy`.

    A file that differs is never overwritten: then nothing is written at all, and the exit code is
    1. So it is with --check if anything is out of date.
    """
    from jobsync.cli._adoption import Adoption
    from jobsync.cli._output import Form
    from jobsync.cli.embedded import backend_folder

    form = Form.of(json=json, jsonl=jsonl)
    shipped = backend_folder()
    needs = json_.loads((shipped / "needs.json").read_text(encoding="utf-8"))
    adoption = Adoption(shipped, folder, version("jobsync"))
    steps = adoption.steps()
    if check or any(step.change == "differs" for step in steps):
        _refuse_or_check(steps, form, check=check)
    adoption.carry_out(steps)
    _report([(step, DONE[step.change]) for step in steps], form, needs)


def _refuse_or_check(steps: list[Step], form: Any, *, check: bool) -> None:
    from jobsync.cli._failure import CommandError

    _report([(step, TO_DO[step.change]) for step in steps], form, None)
    if not check:
        own = sum(step.change == "differs" for step in steps)
        raise CommandError(
            f"Nothing was written: {own} of the files are there already and differ. jobsync's "
            "functions need a convex/ of their own for now: name another folder."
        )
    raise typer.Exit(1 if steps else 0)


def _report(steps: list[tuple[Step, str]], form: Any, needs: dict[str, Any] | None) -> None:
    from jobsync.cli._output import Form, print_items, print_row, remark

    if form is not Form.TEXT:
        said = [{"file": step.file.as_posix(), "change": step.change} for step, _ in steps]
        print_items(form, said)
        return
    for step, what in steps:
        print_row(step.file.as_posix(), what)
    if not steps:
        remark("All is as this version of jobsync ships it.")
    elif needs is not None:
        _tell_next(needs)


def _tell_next(needs: dict[str, Any]) -> None:
    packages = " ".join(_named(needs["dependencies"]))
    types = " ".join(_named(needs["devDependencies"]))
    for line in (
        "Next, in this folder:",
        f"  npm install --save-exact {packages}",
        f"  npm install --save-exact --save-dev {types}",
        "  npx convex dev --once",
        "  npx convex env set JOBSYNC_API_KEY <a long random key>",
        "`npx convex deploy` and `npx convex env set --prod` do the same for production. Then give",
        "your programs CONVEX_URL and JOBSYNC_API_KEY; `jobsync doctor` tells whether they fit.",
    ):
        print(line, file=sys.stderr)


def _named(packages: dict[str, str]) -> list[str]:
    return [f"{name}@{wanted}" for name, wanted in packages.items()]
