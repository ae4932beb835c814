"""The command line. Each command is a file of its own and imports what it needs when it runs."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from jobsync.cli import (
    cancel,
    dashboard,
    delete,
    demo,
    dev,
    doctor,
    download,
    init,
    outbox,
    retry,
    share,
    show,
    stats,
    upload,
    watch,
)
from jobsync.cli import list as list_
from jobsync.cli._run import run

JOBS, FILES, SETUP = "Jobs", "Files", "Deployments and this machine"

app = typer.Typer(
    name="jobsync",
    help="Durable, live and complete jobs of Python pipelines, kept in Convex.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def _examples(lines: str) -> str:
    return f"[bold]Examples[/]\n{lines.strip()}"


for _name, _command, _lines, _panel in (
    ("list", list_.list_jobs, list_.EXAMPLES, JOBS),
    ("show", show.show, show.EXAMPLES, JOBS),
    ("watch", watch.watch, watch.EXAMPLES, JOBS),
    ("stats", stats.stats, stats.EXAMPLES, JOBS),
    ("cancel", cancel.cancel, cancel.EXAMPLES, JOBS),
    ("retry", retry.retry, retry.EXAMPLES, JOBS),
    ("share", share.share, share.EXAMPLES, JOBS),
    ("delete", delete.delete, delete.EXAMPLES, JOBS),
    ("upload", upload.upload, upload.EXAMPLES, FILES),
    ("download", download.download, download.EXAMPLES, FILES),
    ("doctor", doctor.doctor, doctor.EXAMPLES, SETUP),
    ("init", init.init, init.EXAMPLES, SETUP),
    ("dev", dev.dev, dev.EXAMPLES, SETUP),
    ("dashboard", dashboard.dashboard, dashboard.EXAMPLES, SETUP),
    ("demo", demo.demo, demo.EXAMPLES, SETUP),
):
    app.command(_name, epilog=_examples(_lines), rich_help_panel=_panel)(_command)
app.add_typer(outbox.app, name="outbox", epilog=_examples(outbox.EXAMPLES), rich_help_panel=SETUP)


def main() -> None:
    """Run the command line."""
    sys.exit(run(typer.main.get_command(app).main))


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
