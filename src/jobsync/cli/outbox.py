"""`jobsync outbox`: what waits on this machine to be sent, and what was refused for good."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobsync.cli._options import EnvFile, Json, JsonLines, Url

if TYPE_CHECKING:
    from jobsync import OutboxFile

EXAMPLES = """
jobsync outbox list
jobsync outbox flush
jobsync outbox retry 3 4
jobsync outbox list | cut -f1 | xargs jobsync outbox purge --yes
"""

app = typer.Typer(
    help="What waits on this machine to be sent, and what was refused for good.",
    no_args_is_help=True,
)

At = Annotated[
    Path | None,
    typer.Option("--outbox", help="The file, instead of JOBSYNC_OUTBOX.", metavar="FILE"),
]
Numbers = Annotated[
    list[int] | None,
    typer.Argument(help="The numbers that `list` shows.", metavar="NUMBER...", show_default=False),
]
Every = Annotated[bool, typer.Option("--all", help="All that are parked.")]


@app.command("list")
def list_parked(
    *,
    outbox: At = None,
    url: Url = None,
    env_file: EnvFile = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """List the commands that were refused for good, and say what waits."""
    from jobsync.cli._output import Form
    from jobsync.cli._parked import print_parked, print_waiting

    form = Form.of(json=json, jsonl=jsonl)
    file = _file(outbox, url, env_file)
    print_parked(file.parked(), form)
    print_waiting(file)


@app.command()
def show(
    number: Annotated[int, typer.Argument(help="The number that `list` shows.", metavar="NUMBER")],
    *,
    outbox: At = None,
    url: Url = None,
    env_file: EnvFile = None,
) -> None:
    """Show all of a command that was refused, as JSON."""
    from jobsync.cli._failure import CommandError
    from jobsync.cli._output import print_json
    from jobsync.cli._parked import as_json

    for parked in _file(outbox, url, env_file).parked():
        if parked.id == number:
            print_json(as_json(parked))
            return
    raise CommandError(f"Nothing is parked under {number}: `jobsync outbox list` shows what is.")


@app.command()
def flush(
    *,
    timeout: Annotated[float, typer.Option(help="Seconds after which to give up.", min=0.0)] = 60.0,
    outbox: At = None,
    url: Url = None,
    env_file: EnvFile = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Send what waits. The exit code is 1 if some of it still does after that."""
    from jobsync.cli._connect import connect
    from jobsync.cli._output import Form, print_count, remark

    form = Form.of(json=json, jsonl=jsonl)
    with connect(url, env_file, outbox=outbox) as sync:
        is_clear = sync.flush(timeout)
        stats = sync.delivery_stats()
        print_count(form, "sent", stats.sent)
        if stats.parked:
            remark(f"{stats.parked} were refused: `jobsync outbox list` shows why.")
    if not is_clear:
        remark("Not everything could be sent; the rest waits on.")
        raise typer.Exit(1)


@app.command()
def retry(
    numbers: Numbers = None,
    *,
    every: Every = False,
    outbox: At = None,
    url: Url = None,
    env_file: EnvFile = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Have refused commands sent again, by whoever sends next."""
    from jobsync.cli._output import Form, print_count

    form = Form.of(json=json, jsonl=jsonl)
    file = _file(outbox, url, env_file)
    print_count(form, "waiting", file.retry(_chosen(file, numbers, every=every)))


@app.command()
def purge(
    numbers: Numbers = None,
    *,
    every: Every = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    outbox: At = None,
    url: Url = None,
    env_file: EnvFile = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Throw refused commands away, for good."""
    from jobsync.cli._failure import UsageError
    from jobsync.cli._output import Form, print_count

    form = Form.of(json=json, jsonl=jsonl)
    file = _file(outbox, url, env_file)
    chosen = _chosen(file, numbers, every=every)
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("Nobody is here to ask whether to throw them away: pass --yes.")
        typer.confirm(f"Throw {len(chosen)} commands away for good?", abort=True, err=True)
    print_count(form, "purged", file.purge(chosen))


def _file(outbox: Path | None, url: str | None, env_file: Path | None) -> OutboxFile:
    from jobsync import OutboxFile, find_settings

    if outbox is None and not url:
        found = find_settings(env_file=env_file).url
        url = found.value if found else None
    return OutboxFile(outbox, url=url)


def _chosen(file: OutboxFile, numbers: list[int] | None, *, every: bool) -> list[int]:
    from jobsync.cli._failure import UsageError

    if every == bool(numbers):
        raise UsageError("Which ones? Pass the numbers that `jobsync outbox list` shows, or --all.")
    return [parked.id for parked in file.parked()] if every else list(numbers or ())
