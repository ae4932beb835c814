"""The command line. Each command is a file of its own and imports what it needs when it runs."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from jobsync.cli.dashboard import dashboard
from jobsync.cli.demo import demo
from jobsync.cli.dev import dev
from jobsync.errors import JobsyncError

app = typer.Typer(
    name="jobsync",
    help="Durable, live and complete jobs of Python pipelines, kept in Convex.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
)
app.command()(dev)
app.command()(dashboard)
app.command()(demo)


def main() -> None:
    """Run the command line."""
    try:
        app()
    except JobsyncError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(1)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"jobsync {version('jobsync')}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    pass
