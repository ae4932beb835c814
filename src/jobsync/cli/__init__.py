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
from jobsync.cli.demo import demo
from jobsync.cli.dev import dev

app = typer.Typer(
    name="jobsync",
    help="Durable, live and complete jobs of Python pipelines, kept in Convex.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def _examples(lines: str) -> str:
    return f"[bold]Examples[/]\n{lines.strip()}"


app.command("list", epilog=_examples(list_.EXAMPLES))(list_.list_jobs)
app.command("show", epilog=_examples(show.EXAMPLES))(show.show)
app.command("watch", epilog=_examples(watch.EXAMPLES))(watch.watch)
app.command("stats", epilog=_examples(stats.EXAMPLES))(stats.stats)
app.command("upload", epilog=_examples(upload.EXAMPLES))(upload.upload)
app.command("download", epilog=_examples(download.EXAMPLES))(download.download)
app.command("cancel", epilog=_examples(cancel.EXAMPLES))(cancel.cancel)
app.command("retry", epilog=_examples(retry.EXAMPLES))(retry.retry)
app.command("share", epilog=_examples(share.EXAMPLES))(share.share)
app.command("delete", epilog=_examples(delete.EXAMPLES))(delete.delete)
app.add_typer(outbox.app, name="outbox", epilog=_examples(outbox.EXAMPLES))
app.command("doctor", epilog=_examples(doctor.EXAMPLES))(doctor.doctor)
app.command("init", epilog=_examples(init.EXAMPLES))(init.init)
app.command("dev")(dev)
app.command("dashboard", epilog=_examples(dashboard.EXAMPLES))(dashboard.dashboard)
app.command("demo")(demo)


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
